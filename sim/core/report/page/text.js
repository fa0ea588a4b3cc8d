// ---- heading -----------------------------------------------------------------------------------------------
document.title = run.name + (run.violation ? ": " + run.violation.invariant : " passes");
{
  const title = byId("title");
  title.append(run.name + ": ");
  title.append(run.violation ? make("span", run.violation.invariant + " is violated", "verdict")
                             : make("span", "the run passes", "passes"));
  byId("what").textContent = run.violation ? run.violation.sentence : run.summary;
  byId("explain").textContent = run.cycle ? "" : run.explanation;
  const facts = byId("facts");
  facts.append((run.violation && run.summary ? run.summary + " · " : "") + run.steps + " steps in " +
               inSeconds(run.end) + " of simulated time · " + run.events.length + " events, " + run.messages.length +
               " messages · trace " + run.trace + (idle.length ? " · " + idle.join(", ") + " did nothing" : "") +
               (run.replay ? " · again with " : ""));
  if (run.replay) facts.append(make("code", run.replay));
}

// ---- story -------------------------------------------------------------------------------------------------
const storyItems = [];
{
  const list = byId("story").querySelector("ol");
  for (const line of run.story) {
    const item = make("li");
    item.tabIndex = 0;
    if (line.trouble) item.classList.add("trouble");
    if (line.category === "violation") item.classList.add("violation");
    item.append(make("time", (line.t / 1e9).toFixed(4)), make("span", line.trouble ? "!" : ""), make("span", line.text));
    const go = () => select(drawnTime(line.t), item);
    item.addEventListener("click", go);
    item.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
    list.append(item);
    storyItems.push(item);
  }
  if (run.left_out) byId("story").append(make("div", run.left_out + " lines that have nothing to do with the violation are left out", "left-out"));
}

// ---- the cycle ---------------------------------------------------------------------------------------------
if (run.cycle) {
  const cycle = byId("cycle");
  cycle.classList.add("shown");
  const svgNs = cycle.firstElementChild.namespaceURI;
  const svg = (tag, attributes, text) => {
    const node = document.createElementNS(svgNs, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const count = run.cycle.spans.length;
  const width = 330, height = count < 2 ? 60 : count === 2 ? 150 : 210, ring = count < 2 ? 0 : count === 2 ? 48 : 72, radius = 17;
  const place = (i) => {
    const angle = -Math.PI / 2 + 2 * Math.PI * i / Math.max(count, 1);
    return [width / 2 + ring * Math.cos(angle), height / 2 + ring * Math.sin(angle)];
  };
  const picture = svg("svg", { width, height, role: "img", "aria-label": run.cycle.name });
  const defs = svg("defs", {});
  const arrow = svg("marker", { id: "arrow", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto" });
  arrow.append(svg("path", { d: "M0 0L10 5L0 10z", fill: "var(--violation)" }));
  defs.append(arrow);
  picture.append(defs);
  for (const edge of run.cycle.edges) {
    const [x1, y1] = place(edge.from), [x2, y2] = place(edge.to);
    const length = Math.hypot(x2 - x1, y2 - y1) || 1, dx = (x2 - x1) / length, dy = (y2 - y1) / length;
    const bend = count === 2 ? 30 : 14;
    const cx = (x1 + x2) / 2 + dy * bend, cy = (y1 + y2) / 2 - dx * bend;
    const start = Math.hypot(cx - x1, cy - y1), stop = Math.hypot(x2 - cx, y2 - cy);
    const line = svg("path", { class: "edge", "marker-end": "url(#arrow)",
      d: `M${x1 + (cx - x1) / start * radius} ${y1 + (cy - y1) / start * radius} Q${cx} ${cy} ` +
         `${x2 - (x2 - cx) / stop * (radius + 2)} ${y2 - (y2 - cy) / stop * (radius + 2)}` });
    line.append(svg("title", {}, edge.sentence));
    const side = dy > .3 ? "start" : dy < -.3 ? "end" : "middle";
    picture.append(line, svg("text", { x: cx + dy * 4, y: cy - dx * 12 + 4, "text-anchor": side }, edge.label));
  }
  run.cycle.spans.forEach((index, i) => {
    const [x, y] = place(i);
    const node = svg("circle", { class: "node", cx: x, cy: y, r: radius, tabindex: 0 });
    node.append(svg("title", {}, run.lanes[run.spans[index].l].name + ": " + run.spans[index].w));
    node.addEventListener("click", () => showSpan(index));
    node.addEventListener("keydown", (event) => { if (event.key === "Enter") showSpan(index); });
    picture.append(node, svg("text", { x, y: y + 4, "text-anchor": "middle", "pointer-events": "none" }, "T" + (i + 1)));
  });
  const words = make("div");
  words.append(make("h2", run.cycle.heading));
  const list = make("ul");
  for (const sentence of run.explanation.split("\n")) list.append(make("li", sentence));
  words.append(list);
  cycle.replaceChildren(picture, words);
}
