"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

FRAME = [".k-strip", ".k-brand", ".k-side", "footer"]  # the same on every page of a person
RUN = """async outside => {
  // axe sees nothing in what is folded
  if (!outside.length) document.querySelector(".k-drawer")?.setAttribute("open", "");
  const found = await axe.run({exclude: outside}, {resultTypes: ["violations"], preload: false});
  window.hiddenBefore = [...document.querySelectorAll("body *")].filter(one => !one.checkVisibility());
  return found.violations.map(rule => ({id: rule.id, nodes: rule.nodes.map(node => node.html)}));
}"""
RUN_AGAIN = """async outside => {
  const asked = {resultTypes: ["violations"], preload: false}, context = {exclude: outside};
  const found = [await axe.run(context, {...asked, rules: {"color-contrast": {enabled: false}}})];
  const isLeftOut = one => outside.some(where => one.closest(where));
  const shown = window.hiddenBefore.filter(one => one.checkVisibility() && !isLeftOut(one));
  if (shown.length) found.push(await axe.run(shown, {...asked, runOnly: ["color-contrast"]}));
  return found.flatMap(one => one.violations)
    .map(rule => ({id: rule.id, nodes: rule.nodes.map(node => node.html)}));
}"""


def keep_axe(page: Page) -> None:
    """For one that will open many addresses: Chromium then reads the script once."""
    page.add_init_script(AXE_SCRIPT)


def frame_of(page: Page) -> str:
    """Which frame the page stands in: ``k-brand`` for the public's, ``k-side`` for the workbench's, or none."""
    return page.evaluate("document.querySelector('.k-brand, .k-side')?.className ?? ''")


def violations(page: Page, *, with_frame: bool = False) -> list[dict[str, Any]]:
    """[{"id": rule, "nodes": [html]}]; empty for a page without a fault."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN, [] if with_frame else FRAME)


def violations_again(page: Page, *, with_frame: bool = False) -> list[dict[str, Any]]:
    """The same page at another width: every rule, but contrast, which takes longest, only of what was hidden before."""
    return page.evaluate(RUN_AGAIN, [] if with_frame else FRAME)
