"""What axe finds on a page.

Contrast takes axe longest by far. It follows from a look: the colours and sizes of a text and what is painted behind
it. So each look is asked about once in a process, on the first page that shows it.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

FRAME = [".k-strip", ".k-brand", ".k-side", "footer"]  # the same on every page of a person
LOOKS = """
const isShown = one => one.checkVisibility();
const hasText = one => one.matches("input, select, textarea")
  || [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());

// look → an element that has it
function looks(outside) {
  const grounds = new Map();
  const groundOf = one => {
    if (!one) return "";
    if (!grounds.has(one)) {
      const {backgroundColor, backgroundImage, opacity, position} = getComputedStyle(one);
      const own = [backgroundColor, backgroundImage, opacity, position].join(" ").replace("relative", "static");
      const hides = own.startsWith("rgb(") && own.endsWith(") none 1 static");
      const behind = hides ? "" : groundOf(one.parentElement);
      grounds.set(one, own === "rgba(0, 0, 0, 0) none 1 static" ? behind : `${own}, ${behind}`);
    }
    return grounds.get(one);
  };
  const found = new Map();
  for (const one of document.querySelectorAll("body *")) {
    if (!hasText(one) || !isShown(one) || outside.some(where => one.closest(where))) continue;
    const {color, fontSize, fontWeight, textShadow} = getComputedStyle(one);
    const isOff = Boolean(one.closest(":disabled, [aria-disabled=true]"));
    const look = [one.tagName, one.className, isOff, color, fontSize, fontWeight, textShadow, groundOf(one)].join("; ");
    if (!found.has(look)) found.set(look, one);
  }
  return found;
}
"""
RUN = """async ([outside, known]) => {
  LOOKS
  // axe sees nothing in what is folded
  if (!outside.length) document.querySelector(".k-drawer")?.setAttribute("open", "");
  const asked = {resultTypes: ["violations"], preload: false};
  const shown = [...document.querySelectorAll("body *")].map(one => Number(isShown(one))).join("");
  const now = shown + document.body.outerHTML;
  const isAsBefore = window.lastAsked === now;
  window.lastAsked = now;
  // at another width, with the same shown, only these can find anything else
  const rules = isAsBefore ? {runOnly: ["scrollable-region-focusable", "color-contrast"]} : {};
  const fresh = [...looks(outside)].filter(([look]) => !known.includes(look));
  fresh.forEach(([, one]) => one.setAttribute("data-fresh", ""));
  axe.configure({rules: [{id: "color-contrast", selector: "[data-fresh]"}]});
  const found = await axe.run({exclude: outside}, {...asked, ...rules});
  fresh.forEach(([, one]) => one.removeAttribute("data-fresh"));
  return {
    looks: fresh.map(([look]) => look),
    rules: found.violations.map(rule => ({id: rule.id, nodes: rule.nodes.map(node => node.html)})),
  };
}""".replace("LOOKS", LOOKS)
seen_looks: set[str] = set()  # whose contrast was asked and is enough


def keep_axe(page: Page) -> None:
    """For one that will open many addresses: Chromium then reads the script once."""
    page.add_init_script(AXE_SCRIPT)


def frame_of(page: Page) -> str:
    """Which frame the page stands in: ``k-brand`` for the public's, ``k-side`` for the workbench's, or none."""
    return page.evaluate("document.querySelector('.k-brand, .k-side')?.className ?? ''")


def violations(page: Page, *, with_frame: bool = False) -> list[dict[str, Any]]:
    """[{"id": rule, "nodes": [html]}]; empty for a page without a fault. It can be asked again at another width."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    asked = page.evaluate(RUN, [[] if with_frame else FRAME, list(seen_looks)])
    found = asked["rules"]
    if all(rule["id"] != "color-contrast" for rule in found):
        seen_looks.update(asked["looks"])
    return found
