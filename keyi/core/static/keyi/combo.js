/* The type-ahead of code lists. */
