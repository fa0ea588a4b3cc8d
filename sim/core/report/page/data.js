// The run as this page draws it. Everything shown comes from the JSON in the page, and is put in as text, never
// as markup.
const run = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const make = (tag, text, className) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
};

// Whoever did nothing gets no lane.
const idle = [];
{
  const busy = new Set();
  for (const event of run.events) busy.add(event.l);
  for (const message of run.messages) busy.add(message.f).add(message.t);
  for (const one of [...run.spans, ...run.bands, ...run.snapshots]) busy.add(one.l);
  const place = [];
  const lanes = [];
  run.lanes.forEach((lane, i) => {
    place.push(lanes.length);
    if (busy.has(i)) lanes.push(lane); else idle.push(lane.name);
  });
  run.lanes = lanes;
  for (const one of [...run.events, ...run.spans, ...run.bands, ...run.snapshots]) one.l = place[one.l];
  for (const message of run.messages) { message.f = place[message.f]; message.t = place[message.t]; }
}

// A run mostly waits. A stretch of a tenth of a second and more in which nobody does anything is drawn short, if
// that is much of the run: `folds` says from when to when, and by how much it is shorter. The chart is in drawn
// time from here on; realTime() leads back.
const folds = [];
{
  const times = new Float64Array(run.events.length + 2 * run.messages.length + 2 * run.spans.length + 2);
  let count = 0;
  for (const event of run.events) if (event.k !== "world") times[count++] = event.t;
  for (const message of run.messages) { times[count++] = message.s; times[count++] = message.a; }
  for (const span of run.spans) { times[count++] = span.f; times[count++] = span.u; }
  times[count++] = 0;
  times[count++] = run.end;
  const used = times.subarray(0, count).sort();
  const isLong = (gap) => gap > Math.max(run.end / 12, 1e8);
  let busy = 0;
  for (let i = 1; i < count; ++i) if (!isLong(used[i] - used[i - 1])) busy += used[i] - used[i - 1];
  const drawnAs = Math.max(busy * .08, run.end * .002);
  for (let i = 1; i < count; ++i) {
    const gap = used[i] - used[i - 1];
    if (isLong(gap) && gap > 4 * drawnAs) folds.push({ from: used[i - 1], until: used[i], cut: gap - drawnAs });
  }
}
function drawnTime(t) {
  let drawn = t;
  for (const fold of folds) {
    if (t >= fold.until) drawn -= fold.cut;
    else if (t > fold.from) drawn -= fold.cut * (t - fold.from) / (fold.until - fold.from);
  }
  return drawn;
}
function realTime(drawn) {
  let t = drawn;
  for (const fold of folds) {
    if (t <= fold.from) break;
    const length = fold.until - fold.from, shown = length - fold.cut;
    t = t >= fold.from + shown ? t + fold.cut : fold.from + (t - fold.from) * length / shown;
  }
  return t;
}
if (folds.length) {
  for (const event of run.events) event.t = drawnTime(event.t);
  for (const message of run.messages) { message.s = drawnTime(message.s); message.a = drawnTime(message.a); }
  for (const one of [...run.spans, ...run.bands]) { one.f = drawnTime(one.f); one.u = drawnTime(one.u); }
}
const drawnEnd = drawnTime(run.end);
const inSeconds = (ns) => (ns / 1e9).toFixed(4) + " s";
const seconds = (drawn) => inSeconds(realTime(drawn));
