"""What axe finds on a page. Its script is put into each page once, not once for each width."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """async () => {
  const found = await axe.run({resultTypes: ["violations"], preload: false});
  return found.violations.map(rule => ({id: rule.id, nodes: rule.nodes.map(node => node.html)}));
}"""


def violations(page: Page) -> list[dict[str, Any]]:
    """[{"id": rule, "nodes": [html]}]; empty for a page without a fault."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN)
