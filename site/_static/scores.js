// Sliders for the scores of classes, the probabilities that softmax makes of them, and the loss: no kernel is needed.
//
// <div class="scores" data-settings='{"sliders": {"cat": {"value": 3.2, "min": -6, "max": 10}, ...}, "trueClass": 0}'>
// is filled here. Without trueClass, no loss is shown.

function softmax(scores) {
  const largest = Math.max(...scores); // exp(score - largest) is at most 1: no overflow
  const exp = scores.map((score) => Math.exp(score - largest));
  const total = exp.reduce((sum, value) => sum + value, 0);
  return exp.map((value) => value / total);
}

function crossEntropy(scores, trueClass) {
  const largest = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
  return Math.log(total) + largest - scores[trueClass];
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children);
  return made;
}

function fill(box, number) {
  const { sliders, trueClass } = JSON.parse(box.dataset.settings);
  const names = Object.keys(sliders);
  const rows = names.map((name) => {
    const id = `scores-${number}-${name}`;
    const { value, min, max } = sliders[name];
    const input = element("input", { id, type: "range", step: 0.1, min, max });
    input.value = value; // last: a value outside of the range of the moment would be moved into it
    input.addEventListener("input", draw);
    return { input, score: element("output", { for: id }), bar: element("i"), probability: element("output", { for: id }) };
  });
  const loss = element("p", { role: "status" });

  function draw() {
    const scores = rows.map(({ input }) => Number(input.value));
    const probabilities = softmax(scores);
    rows.forEach(({ score, bar, probability }, k) => {
      score.textContent = scores[k].toFixed(1);
      probability.textContent = probabilities[k].toFixed(2);
      bar.style.width = `${100 * probabilities[k]}%`;
    });
    if (trueClass !== undefined) {
      const value = crossEntropy(scores, trueClass).toFixed(2);
      loss.textContent = `The true class is ${names[trueClass]}. The loss is ${value}.`;
    }
  }

  const lines = rows.map(({ input, score, bar, probability }, k) => [
    element("label", { for: input.id }, names[k]), input, score, element("span", { class: "bar" }, bar), probability,
  ]);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Scores and their probabilities");
  const invitation = element("p", {}, "Move the scores with a finger, the mouse or the arrow keys:");
  box.replaceChildren(invitation, ...lines.map((line) => element("div", {}, ...line)), ...(trueClass === undefined ? [] : [loss]));
  draw();
}

document.querySelectorAll(".scores").forEach(fill);
