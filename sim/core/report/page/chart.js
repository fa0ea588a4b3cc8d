// ---- the chart ---------------------------------------------------------------------------------------------
const canvas = byId("chart").querySelector("canvas");
const pen = canvas.getContext("2d");
const labelWidth = 112, axisHeight = 26;
const plain = "11px system-ui, sans-serif", bold = "bold 11px system-ui, sans-serif", small = "10px system-ui, sans-serif";
let width = 0, height = 0, laneHeight = 40, scroll = 0, from = 0, perPixel = 1, wanted = "", chosen = null, chosenSpan = -1, pending = false;
const longestFlight = run.messages.reduce((most, message) => Math.max(most, message.a - message.s), 0);
const longestSpan = run.spans.reduce((most, span) => Math.max(most, span.u - span.f), 0);
const lower = (items, key, value) => {
  let low = 0, high = items.length;
  while (low < high) { const at = (low + high) >> 1; if (items[at][key] < value) low = at + 1; else high = at; }
  return low;
};
const x = (t) => labelWidth + (t - from) / perPixel;
const timeAt = (px) => from + (px - labelWidth) * perPixel;
const y = (lane) => axisHeight + lane * laneHeight + laneHeight / 2 - scroll;
const boxHeight = () => Math.min(18, laneHeight * .46);

// The whole run, with room for the violation's flag at its end.
function reset() {
  perPixel = drawnEnd * 1.05 / Math.max(width - labelWidth, 100) || 1;
  from = -drawnEnd * .015;
  scroll = 0;
}
function clamp() {
  const whole = drawnEnd * 1.2 / Math.max(width - labelWidth, 100);
  perPixel = Math.min(Math.max(perPixel, 50), Math.max(whole, 50));
  from = Math.min(Math.max(from, -drawnEnd * .1), drawnEnd);
  scroll = Math.min(Math.max(scroll, 0), Math.max(0, run.lanes.length * laneHeight + axisHeight - height));
}
function measure() {
  const first = width === 0;
  const ratio = window.devicePixelRatio || 1;
  const box = byId("chart").getBoundingClientRect();
  width = box.width; height = box.height;
  stamps = new Map();
  canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  laneHeight = Math.min(64, Math.max(26, (height - axisHeight - 4) / Math.max(run.lanes.length, 1)));
  if (first) reset();
  redraw();
}
function redraw() { if (!pending) { pending = true; requestAnimationFrame(() => { pending = false; clamp(); draw(); }); } }

function drawAxis() {
  pen.fillStyle = colours.panel; pen.fillRect(0, 0, width, axisHeight);
  const target = 110 * perPixel;
  const power = Math.pow(10, Math.floor(Math.log10(target)));
  const step = [1, 2, 5, 10].map((m) => m * power).find((m) => m >= target);
  pen.strokeStyle = colours.line; pen.lineWidth = 1;
  pen.font = plain; pen.textAlign = "left"; pen.textBaseline = "middle";
  const digits = Math.max(0, Math.min(6, 9 - Math.floor(Math.log10(step))));
  const taken = [];  // by the labels of folds, from where to where
  for (const fold of folds) drawFold(fold, taken);
  // A tick every `step` of real time; what is folded away has none.
  let free = labelWidth;
  for (let t = Math.ceil(Math.max(realTime(timeAt(labelWidth)), 0) / step) * step; t <= run.end * 1.2; t += step) {
    const fold = folds.find((one) => t > one.from && t < one.until);
    if (fold) { t = Math.floor(fold.until / step) * step; continue; }
    const px = x(drawnTime(t));
    if (px > width) break;
    pen.beginPath(); pen.moveTo(px + .5, axisHeight - 6); pen.lineTo(px + .5, height); pen.globalAlpha = .6; pen.stroke(); pen.globalAlpha = 1;
    const label = (t / 1e9).toFixed(digits) + " s", long = pen.measureText(label).width + 8;
    if (px < free || px + long > width || taken.some((one) => px < one.right && px + long > one.left)) continue;
    pen.fillStyle = colours.soft; pen.fillText(label, px + 4, axisHeight / 2);
    free = px + long;
  }
}
// A break in the axis: how long nothing happened, where there is room to say so.
function drawFold(fold, taken) {
  const left = x(drawnTime(fold.from)), right = x(drawnTime(fold.until));
  if (right < labelWidth || left > width) return;
  const middle = (left + right) / 2;
  pen.fillStyle = colours.line; pen.globalAlpha = .35;
  pen.fillRect(left, axisHeight, right - left, height); pen.globalAlpha = 1;
  const label = ((fold.until - fold.from) / 1e9).toFixed(2) + " s quiet", long = pen.measureText(label).width;
  const place = { left: middle - long / 2 - 4, right: middle + long / 2 + 4 };
  if (place.left < labelWidth || place.right > width || taken.some((one) => place.left < one.right && place.right > one.left)) return;
  pen.fillStyle = colours.soft; pen.textAlign = "center"; pen.fillText(label, middle, axisHeight / 2); pen.textAlign = "left";
  taken.push(place);
}
function drawLanes() {
  pen.fillStyle = colours.lane;
  for (let lane = 0; lane < run.lanes.length; lane += 2) pen.fillRect(labelWidth, y(lane) - laneHeight / 2, width, laneHeight);
}
const bandHeight = () => Math.min(14, laneHeight * .34);
function eachVisibleBand(visit) {
  for (const band of run.bands) {
    const left = Math.max(x(band.f), labelWidth), right = Math.min(x(band.u), width);
    if (right > left) visit(band, left, right, y(band.l) + laneHeight / 2 - 1 - bandHeight());
  }
}
function drawBands() {
  eachVisibleBand((band, left, right, top) => {
    pen.fillStyle = colours[band.v % 2 ? "band-a" : "band-b"];
    pen.fillRect(left, top, Math.max(right - left, 1), bandHeight());
    if (x(band.f) >= labelWidth) { pen.fillStyle = colours.version; pen.fillRect(left, top, 1, bandHeight()); }
  });
}
function eachVisibleSpan(visit) {
  const end = timeAt(width);
  for (let i = lower(run.spans, "f", timeAt(labelWidth) - longestSpan); i < run.spans.length && run.spans[i].f <= end; ++i) {
    const span = run.spans[i];
    const left = Math.max(x(span.f), labelWidth), right = Math.min(x(span.u), width);
    if (right >= labelWidth) visit(span, i, left, Math.max(right, left + 2), y(span.l) - boxHeight() * .75);
  }
}
function drawSpans() {
  eachVisibleSpan((span, i, left, right, top) => {
    pen.globalAlpha = span.n || i === chosenSpan ? .95 : .38;
    pen.fillStyle = span.n ? colours.violation : colours[span.e];
    pen.fillRect(left, top, Math.max(right - left - 1, 2), boxHeight());  // apart from the next one
    pen.globalAlpha = 1;
    if (i === chosenSpan) { pen.strokeStyle = colours.text; pen.lineWidth = 2; pen.strokeRect(left, top, right - left, boxHeight()); }
  });
}
// Text lies on top of everything else: what it says is in no other place of the chart.
function drawTexts() {
  pen.textAlign = "left";
  pen.font = small; pen.textBaseline = "bottom"; pen.fillStyle = colours.version;
  eachVisibleBand((band, left, right, top) => {
    if (right - left > 16 && right - left > pen.measureText("v" + band.v).width + 5) pen.fillText("v" + band.v, left + 3, top + bandHeight());
  });
  drawBriefs();
  if (!shown.spans) return;
  pen.font = plain; pen.textBaseline = "middle";
  eachVisibleSpan((span, i, left, right, top) => {
    pen.font = span.n ? bold : plain;
    const long = span.n ? pen.measureText(span.n).width : 0;
    if (right - left > (span.n ? long + 6 : 60)) {
      pen.save(); pen.beginPath(); pen.rect(left, top, right - left - 4, boxHeight()); pen.clip();
      pen.fillStyle = span.n ? colours.bg : colours.text;
      const text = !span.n ? span.w : right - left > 60 ? span.n + "  " + span.w : span.n;
      pen.fillText(text, left + (span.n ? 3 : 7), top + boxHeight() / 2 + .5); pen.restore();
    } else if (span.n) {
      const at = left - long - 5 > labelWidth ? left - long - 5 : right + 2;
      pen.fillStyle = colours.bg; pen.globalAlpha = .8; pen.fillRect(at, top, long + 4, 14); pen.globalAlpha = 1;
      pen.fillStyle = colours.violation; pen.fillText(span.n, at + 2, top + 7);
    }
  });
}
// What an event is, if there is one word for it, where the next one leaves room for it.
function drawBriefs() {
  const last = [];  // by lane
  const name = (event, until) => {
    if (until - x(event.t) < 20) return;
    if (x(event.t) + 9 + pen.measureText(event.b).width >= until) return;
    pen.fillStyle = colours[event.k];
    pen.fillText(event.b, x(event.t) + 5, y(event.l));
  };
  pen.font = small; pen.textBaseline = "middle";
  const end = timeAt(width);
  for (let i = lower(run.events, "t", timeAt(labelWidth)); i < run.events.length && run.events[i].t <= end; ++i) {
    const event = run.events[i];
    if (!event.b || !shown[event.k]) continue;
    if (last[event.l]) name(last[event.l], x(event.t));
    last[event.l] = event;
  }
  for (const event of last) if (event) name(event, width);
}
function drawMessages() {
  const end = timeAt(width);
  const drawn = [];
  const seen = new Set();
  for (let i = lower(run.messages, "s", timeAt(labelWidth) - longestFlight); i < run.messages.length && run.messages[i].s <= end; ++i) {
    const message = run.messages[i];
    const x1 = x(message.s), x2 = x(message.a);
    if (x2 < labelWidth) continue;
    // One line per pixel is all that can be seen.
    const cell = (((Math.max(x1, 0) | 0) * 8192 + (Math.min(x2, 8191) | 0)) * 128 + message.f) * 256 + message.t * 2 + (message.x ? 1 : 0);
    if (seen.has(cell)) continue;
    seen.add(cell);
    drawn.push(message);
  }
  pen.lineWidth = 1;
  pen.strokeStyle = colours.message; pen.globalAlpha = .7;
  pen.beginPath();
  for (const message of drawn) if (!message.x) { pen.moveTo(x(message.s), y(message.f)); pen.lineTo(x(message.a), y(message.t)); }
  pen.stroke();
  pen.fillStyle = colours.message; pen.globalAlpha = 1;
  if (drawn.length < 600) for (const message of drawn) if (!message.x) drawArrowHead(message);
  pen.strokeStyle = colours.fault; pen.globalAlpha = .9;
  for (const message of drawn) if (message.x) drawLoss(message);
  pen.globalAlpha = 1;
}
function drawArrowHead(message) {
  const x2 = x(message.a), y2 = y(message.t), angle = Math.atan2(y2 - y(message.f), x2 - x(message.s));
  pen.beginPath(); pen.moveTo(x2, y2);
  pen.lineTo(x2 - 7 * Math.cos(angle - .35), y2 - 7 * Math.sin(angle - .35));
  pen.lineTo(x2 - 7 * Math.cos(angle + .35), y2 - 7 * Math.sin(angle + .35)); pen.fill();
}
function drawLoss(message) {
  const x1 = x(message.s), x2 = x(message.a), y1 = y(message.f), y2 = y(message.t);
  pen.setLineDash([4, 3]); pen.beginPath(); pen.moveTo(x1, y1); pen.lineTo(x2, y2); pen.stroke(); pen.setLineDash([]);
  const mx = x1 + (x2 - x1) * .6, my = y1 + (y2 - y1) * .6;
  pen.beginPath(); pen.moveTo(mx - 4, my - 4); pen.lineTo(mx + 4, my + 4); pen.moveTo(mx + 4, my - 4); pen.lineTo(mx - 4, my + 4); pen.stroke();
}

run.events.forEach((event, i) => { event.i = i; event.n = kinds.indexOf(event.k); });
let found = new Uint8Array(0);  // of the events: whether they match what is searched for
function find(text) {
  wanted = text.toLowerCase();
  found = Uint8Array.from(run.events, (event) => wanted && event.x.toLowerCase().includes(wanted) ? 1 : 0);
  redraw();
}
function eachVisibleEvent(visit) {
  const end = timeAt(width + 12);
  for (let i = lower(run.events, "t", timeAt(labelWidth - 2)); i < run.events.length && run.events[i].t <= end; ++i) {
    if (shown[run.events[i].k]) visit(run.events[i]);
  }
}
// Where an event lies in its lane: above the band of versions; what is told of something that takes time on the lower
// edge of its box, whose text stays readable.
const hasBands = run.lanes.map((lane, i) => run.bands.some((band) => band.l === i));
const isOfSpans = new Set(run.spans.map((span) => run.events[span.b]?.k));
const heightOf = (event) => y(event.l) + (isOfSpans.has(event.k) ? boxHeight() * .3 : hasBands[event.l] ? -bandHeight() / 2 : 0);
const sizeOf = (kind) => kind === "violation" ? 9 : isOfSpans.has(kind) ? 5 : 6;
// Drawing a shape costs more than copying its picture, and there may be many thousands.
let stamps = new Map();
function stamp(kind, refused) {
  const name = kind + refused;
  if (!stamps.has(name)) {
    const ratio = window.devicePixelRatio || 1, picture = make("canvas");
    picture.width = picture.height = Math.ceil(32 * ratio);
    const pen = picture.getContext("2d");
    pen.scale(ratio, ratio);
    glyph(pen, shapes[kind], 16, 16, sizeOf(kind), refused ? colours.refused : colours[kind]);
    stamps.set(name, picture);
  }
  return stamps.get(name);
}
// Of the same kind in one lane one shape in three pixels is all that can be told apart. Events come by time, so it
// is enough to remember the last one drawn.
function visibleShapes() {
  const last = new Map();
  const drawn = [];
  eachVisibleEvent((event) => {
    const isWanted = wanted && found[event.i];
    const cell = x(event.t) / 3 | 0, slot = ((event.l * kinds.length + event.n) * 2 + (event.r ? 1 : 0)) * 2 + (isWanted ? 1 : 0);
    if (last.get(slot) === cell) return;
    last.set(slot, cell);
    drawn.push(event);
  });
  return drawn.sort((a, b) => order[a.k] - order[b.k] || (a.r || 0) - (b.r || 0));
}
function drawEvents() {
  const drawn = visibleShapes();
  for (const event of drawn) {
    const px = x(event.t), py = heightOf(event), isWanted = wanted && found[event.i];
    pen.globalAlpha = wanted && !isWanted ? .15 : 1;
    pen.drawImage(stamp(event.k, !!event.r), Math.round(px) - 16, Math.round(py) - 16, 32, 32);
    if (isWanted) { pen.strokeStyle = colours.text; pen.lineWidth = 1.5; pen.beginPath(); pen.arc(px, py, 10, 0, 7); pen.stroke(); }
  }
  pen.globalAlpha = 1;
}
function drawRules() {
  const rule = (t, colour, dash) => {
    const px = x(t);
    if (px < labelWidth || px > width) return;
    pen.strokeStyle = colour; pen.lineWidth = 1.5; pen.setLineDash(dash); pen.beginPath(); pen.moveTo(px, axisHeight); pen.lineTo(px, height); pen.stroke(); pen.setLineDash([]);
  };
  if (run.violation && shown.violation) rule(drawnTime(run.violated_at), colours.violation, []);
  if (chosen !== null) rule(chosen, colours.client, [5, 3]);
}
function drawLabels() {
  pen.fillStyle = colours.panel; pen.fillRect(0, 0, labelWidth, height);
  pen.strokeStyle = colours.line; pen.lineWidth = 1;
  pen.beginPath(); pen.moveTo(labelWidth + .5, 0); pen.lineTo(labelWidth + .5, height); pen.moveTo(0, axisHeight + .5); pen.lineTo(width, axisHeight + .5); pen.stroke();
  pen.textBaseline = "middle"; pen.textAlign = "left"; pen.font = "9px system-ui, sans-serif"; pen.fillStyle = colours.soft;
  pen.fillText("wheel zooms, drag pans", 6, axisHeight / 2, labelWidth - 10);
  pen.font = "12px system-ui, sans-serif"; pen.textAlign = "right"; pen.fillStyle = colours.text;
  pen.save(); pen.beginPath(); pen.rect(0, axisHeight + 1, labelWidth, height); pen.clip();
  run.lanes.forEach((lane, i) => pen.fillText(lane.name, labelWidth - 10, y(i), labelWidth - 14));
  pen.restore();
}
function draw() {
  pen.fillStyle = colours.bg; pen.fillRect(0, 0, width + 1, height + 1);  // the last row of pixels may be cut
  pen.save(); pen.beginPath(); pen.rect(0, axisHeight, width, height); pen.clip();
  drawLanes(); pen.restore();
  drawAxis();
  pen.save(); pen.beginPath(); pen.rect(labelWidth, axisHeight, width, height); pen.clip();
  drawBands();
  if (shown.spans) drawSpans();
  if (shown.messages) drawMessages();
  drawEvents(); drawRules(); drawTexts(); pen.restore(); drawLabels();
}
