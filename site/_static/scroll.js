// What is wider than its place scrolls by itself. Here it becomes reachable with the keyboard, too, and a formula in a
// line that is too long for a narrow screen gets a line of its own, which scrolls.

function scrolling() {
  document.querySelectorAll("article span.math").forEach((formula) => {
    const drawn = formula.querySelector("mjx-math");
    formula.classList.toggle("wide", drawn !== null && drawn.offsetWidth > formula.parentElement.clientWidth);
  });
  document.querySelectorAll("article pre, article .table-wrapper, article div.math, article .output").forEach((part) => {
    if (part.scrollWidth > part.clientWidth && !part.querySelector("a, button, input")) part.tabIndex = 0;
  });
}

addEventListener("load", () => (window.MathJax ? MathJax.startup.promise.then(scrolling) : scrolling()));
addEventListener("resize", scrolling);
