// What is wider than the screen scrolls by itself. Here it becomes reachable with the keyboard, too.

function reachable() {
  document.querySelectorAll("article pre, article .table-wrapper, article div.math, article .output").forEach((part) => {
    if (part.scrollWidth > part.clientWidth && !part.querySelector("a, button, input")) part.tabIndex = 0;
  });
}

addEventListener("load", reachable);
addEventListener("resize", reachable);
