// ---- moving about ------------------------------------------------------------------------------------------
function zoom(factor, px) {
  const at = timeAt(px);
  perPixel *= factor;
  clamp();
  from = at - (px - labelWidth) * perPixel;
  redraw();
}
function select(t, item) {
  chosen = t;
  for (const one of storyItems) one.classList.toggle("now", one === item);
  const visible = (width - labelWidth) * perPixel;
  if (visible > drawnEnd * .5) perPixel = drawnEnd * .12 / Math.max(width - labelWidth, 100);
  from = t - (width - labelWidth) * perPixel * .4;
  redraw();
}
function showSpan(index) {
  const span = run.spans[index];
  chosenSpan = index;
  perPixel = Math.max(span.u - span.f, drawnEnd * .02) * 3 / Math.max(width - labelWidth, 100);
  from = span.f - (width - labelWidth) * perPixel / 3;
  redraw();
}
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) { from += (event.deltaX || event.deltaY) * perPixel; redraw(); return; }
  const box = canvas.getBoundingClientRect();
  zoom(Math.pow(1.0016, event.deltaY), Math.max(event.clientX - box.left, labelWidth));
}, { passive: false });
let drag = null;
canvas.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, y: event.clientY, from, scroll }; canvas.setPointerCapture(event.pointerId); canvas.classList.add("dragging"); });
canvas.addEventListener("pointermove", (event) => {
  if (!drag) return hover(event);
  from = drag.from - (event.clientX - drag.x) * perPixel;
  scroll = drag.scroll - (event.clientY - drag.y);
  tip.style.display = "none";
  redraw();
});
for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, () => { drag = null; canvas.classList.remove("dragging"); });
canvas.addEventListener("pointerleave", () => { tip.style.display = "none"; });
canvas.addEventListener("keydown", (event) => {
  const page = (width - labelWidth) * perPixel * .15, centre = labelWidth + (width - labelWidth) / 2;
  const actions = { ArrowLeft: () => { from -= page; }, ArrowRight: () => { from += page; }, ArrowUp: () => { scroll -= laneHeight; },
    ArrowDown: () => { scroll += laneHeight; }, "+": () => zoom(.7, centre), "=": () => zoom(.7, centre), "-": () => zoom(1.4, centre), "0": reset };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
  redraw();
});

// ---- what is at a place ------------------------------------------------------------------------------------
const tip = byId("tip");
function eventsAt(lane, px) {
  const lines = [];
  for (let i = lower(run.events, "t", timeAt(px - 7)); i < run.events.length && run.events[i].t < timeAt(px + 7) && lines.length < 12; ++i) {
    const event = run.events[i];
    if (shown[event.k] && event.l === lane) lines.push(seconds(event.t) + "  " + (event.k === "fault" ? "! " : "") + event.x);
  }
  return lines;
}
function spansAt(lane, px) {
  const lines = [];
  for (let i = lower(run.spans, "f", timeAt(px) - longestSpan); shown.spans && i < run.spans.length && run.spans[i].f <= timeAt(px + 3); ++i) {
    const span = run.spans[i];
    if (span.l !== lane || x(span.u) < px - 3) continue;
    lines.push((span.n ? span.n + ": " : "") + span.w + "\n" + seconds(span.f) + " to " + seconds(span.u) + ", " + span.e + (span.o ? ": " + span.o : ""));
  }
  return lines;
}
function bandsAt(lane, px) {
  const lines = [];
  for (const band of run.bands) {
    if (band.l !== lane || x(band.f) > px || px > x(band.u)) continue;
    lines.push("version " + band.v + " from " + seconds(band.f) + " to " + seconds(band.u));
    const snapshot = run.snapshots.findLast((one) => one.l === lane && one.v === band.v);
    if (snapshot) for (const line of snapshot.x) lines.push("  " + line);
  }
  return lines;
}
function messagesAt(px, py) {
  const lines = [];
  for (let i = lower(run.messages, "s", timeAt(px) - longestFlight); i < run.messages.length && run.messages[i].s <= timeAt(px) && lines.length < 6; ++i) {
    const message = run.messages[i], x1 = x(message.s), x2 = x(message.a);
    const at = y(message.f) + (y(message.t) - y(message.f)) * ((px - x1) / Math.max(x2 - x1, .001));
    if (Math.abs(at - py) < 6) lines.push(run.lanes[message.f].name + " to " + run.lanes[message.t].name + ": sent " + seconds(message.s) + (message.x ? ", lost" : ", arrived " + seconds(message.a)));
  }
  return lines;
}
function hover(event) {
  const box = canvas.getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
  const lane = Math.floor((py - axisHeight + scroll) / laneHeight);
  let lines = [];
  if (px > labelWidth && py > axisHeight && lane >= 0 && lane < run.lanes.length) {
    lines = [...eventsAt(lane, px), ...spansAt(lane, px)];
    if (py > y(lane) + laneHeight * .12) lines.push(...bandsAt(lane, px));
    if (!lines.length && shown.messages) lines = messagesAt(px, py);
  }
  if (!lines.length) { tip.style.display = "none"; return; }
  tip.textContent = lines.join("\n");
  tip.style.display = "block";
  const size = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(event.clientX + 14, window.innerWidth - size.width - 8)) + "px";
  tip.style.top = Math.max(4, event.clientY + 16 + size.height > window.innerHeight ? event.clientY - size.height - 12 : event.clientY + 16) + "px";
}

new ResizeObserver(measure).observe(byId("chart"));
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); stamps = new Map(); for (const drawGlyph of toolGlyphs) drawGlyph(); redraw(); });
measure();
document.documentElement.dataset.ready = "true";
