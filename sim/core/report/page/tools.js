// ---- what is shown -----------------------------------------------------------------------------------------
// By category of events; of two that lie on one another the one of the higher order is on top. A category that is not
// here is a circle, in a colour that no other has, as far as there are enough.
const shapes = { violation: "flag", fault: "triangle", mark: "diamond", client: "circle", move: "square", catalog: "square",
  log: "bar", apply: "dot", version: "tick", process: "ring", world: "ring" };
const order = { apply: 0, version: 1, process: 2, world: 2, mark: 3, log: 4, catalog: 5, client: 6, move: 6, fault: 8, violation: 9 };
const labels = { violation: "violation", fault: "faults", client: "clients", move: "movers", log: "log entries", apply: "applies",
  catalog: "catalog", version: "versions reached", mark: "marks", process: "processes", world: "world" };
const kinds = ["violation", "fault", "client", "move", "log", "apply", "catalog", "version", "mark", "process", "world"];
const others = [...new Set(run.events.map((event) => event.k))].filter((kind) => !kinds.includes(kind)).sort();
for (const kind of others) { kinds.push(kind); shapes[kind] = "circle"; order[kind] = 5; labels[kind] = kind; }
const shown = { messages: run.messages.length <= 8000, spans: true };
for (const kind of kinds) shown[kind] = !run.details.includes(kind) || run.events.length <= 4000;

const colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["bg", "panel", "line", "text", "soft", "lane", "message", "done", "refused", "unknown", "unfinished",
    "band-a", "band-b", ...kinds]) colours[name] = style.getPropertyValue("--" + name).trim();
  others.forEach((kind, i) => { colours[kind] = style.getPropertyValue("--other-" + i % 6).trim(); });
}
readColours();

function glyph(pen, shape, x, y, r, colour) {
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  switch (shape) {
    case "triangle": pen.moveTo(x, y - r); pen.lineTo(x + r, y + r * .8); pen.lineTo(x - r, y + r * .8); pen.closePath(); pen.fill(); break;
    case "diamond": pen.moveTo(x, y - r); pen.lineTo(x + r, y); pen.lineTo(x, y + r); pen.lineTo(x - r, y); pen.closePath(); pen.fill(); break;
    case "square": pen.rect(x - r * .75, y - r * .75, r * 1.5, r * 1.5); pen.fill(); break;
    case "bar": pen.rect(x - 1.5, y - r, 3, 2 * r); pen.fill(); break;
    case "dot": pen.arc(x, y, r * .5, 0, 7); pen.fill(); break;
    case "tick": pen.moveTo(x, y - r); pen.lineTo(x, y + r); pen.stroke(); break;
    case "ring": pen.arc(x, y, r * .6, 0, 7); pen.stroke(); break;
    case "flag": pen.moveTo(x, y - r * 1.4); pen.lineTo(x + r * 1.4, y - r * .5); pen.lineTo(x, y + r * .4); pen.closePath(); pen.fill();
      pen.beginPath(); pen.moveTo(x, y - r * 1.4); pen.lineTo(x, y + r * 1.4); pen.stroke(); break;
    default: pen.arc(x, y, r * .75, 0, 7); pen.fill();
  }
}

const toolGlyphs = [];  // drawn again when the colours change
function addTool(name, label, draw) {
  const box = make("input");
  box.type = "checkbox";
  box.checked = shown[name];
  box.name = name;
  const wrap = make("label");
  wrap.classList.toggle("off", !box.checked);
  const picture = make("canvas", undefined, "glyph");
  picture.width = picture.height = 24;
  const drawGlyph = () => {
    const pen = picture.getContext("2d");
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.clearRect(0, 0, 12, 12);
    draw(pen);
  };
  drawGlyph();
  toolGlyphs.push(drawGlyph);
  wrap.append(box, picture, document.createTextNode(label));
  box.addEventListener("change", () => { shown[name] = box.checked; wrap.classList.toggle("off", !box.checked); redraw(); });
  byId("tools").append(wrap);
}
{
  const has = new Set(run.events.map((event) => event.k));
  if (run.messages.length) addTool("messages", "messages", (pen) => { pen.strokeStyle = colours.message; pen.lineWidth = 1.5;
    pen.beginPath(); pen.moveTo(1, 2); pen.lineTo(11, 10); pen.stroke(); });
  if (run.spans.length) addTool("spans", "what takes time", (pen) => { pen.fillStyle = colours.done; pen.fillRect(0, 3, 12, 6); });
  for (const kind of kinds) if (has.has(kind)) addTool(kind, labels[kind], (pen) => glyph(pen, shapes[kind], 6, 6, 5, colours[kind]));
  const search = make("input");
  search.type = "search";
  search.placeholder = "find, e.g. a key";
  search.setAttribute("aria-label", "Find events");
  search.addEventListener("input", () => find(search.value));
  const whole = make("button", "whole run");
  whole.addEventListener("click", () => { reset(); redraw(); });
  byId("tools").append(search, whole);
}
