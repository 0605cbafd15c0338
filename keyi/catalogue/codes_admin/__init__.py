"""代码表: where the system administrator looks at the code lists and replaces them."""
