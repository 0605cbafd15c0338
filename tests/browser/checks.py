"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """async () => {
  const found = await axe.run({resultTypes: ["violations"], preload: false});
  window.hiddenBefore = [...document.querySelectorAll("body *")].filter(one => !one.checkVisibility());
  return found.violations.map(rule => ({id: rule.id, nodes: rule.nodes.map(node => node.html)}));
}"""
RUN_AGAIN = """async () => {
  const asked = {resultTypes: ["violations"], preload: false};
  const found = [await axe.run({...asked, rules: {"color-contrast": {enabled: false}}})];
  const shown = window.hiddenBefore.filter(one => one.checkVisibility());
  if (shown.length) found.push(await axe.run(shown, {...asked, runOnly: ["color-contrast"]}));
  return found.flatMap(one => one.violations)
    .map(rule => ({id: rule.id, nodes: rule.nodes.map(node => node.html)}));
}"""


def keep_axe(page: Page) -> None:
    """For one that will open many addresses: Chromium then reads the script once."""
    page.add_init_script(AXE_SCRIPT)


def violations(page: Page) -> list[dict[str, Any]]:
    """[{"id": rule, "nodes": [html]}]; empty for a page without a fault."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN)


def violations_again(page: Page) -> list[dict[str, Any]]:
    """The same page at another width: every rule, but contrast, which takes longest, only of what was hidden before."""
    return page.evaluate(RUN_AGAIN)
