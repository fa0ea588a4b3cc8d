// What a page shows, looked at as a person does: by the pixels of its chart. Evaluated in the page under test.
const probe = (() => {
  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const isNear = (a, b, by) => a.every((value, i) => Math.abs(value - b[i]) <= by);
  const image = () => {
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const pixel = (px, py) => {
      const at = (Math.round(py) * canvas.width + Math.round(px)) * 4;
      return [data[at], data[at + 1], data[at + 2]];
    };
    // Whether that colour is anywhere within reach.
    const hasInk = (px, py, reach, colour, by = 12) => {
      for (let dy = -reach; dy <= reach; ++dy) for (let dx = -reach; dx <= reach; ++dx) {
        if (isNear(pixel(px + dx, py + dy), colour, by)) return true;
      }
      return false;
    };
    return { pixel, hasInk };
  };
  const without = (tool) => {
    const was = shown[tool];
    shown[tool] = false;
    draw();
    const seen = image();
    shown[tool] = was;
    draw();
    return seen;
  };
  const isInside = (px, py) => px > labelWidth + 4 && px < width - 4 && py > axisHeight + 4 && py < height - 4;

  function lanes(expected, { hasInk }, troubles) {
    const names = run.lanes.map((lane) => lane.name);
    if (JSON.stringify(names) !== JSON.stringify(expected)) troubles.push("lanes are " + names + ", not " + expected);
    run.lanes.forEach((lane, i) => {
      let inked = false;
      for (let px = 8; px < labelWidth - 8 && !inked; px += 3) inked = hasInk(px, y(i), 3, rgb(colours.text));
      if (y(i) < height - 10 && !inked) troubles.push("no name at the lane of " + lane.name);
    });
  }
  function bands({ pixel }, troubles) {
    const known = [rgb(colours["band-a"]), rgb(colours["band-b"])];
    eachVisibleBand((band, left, right, top) => {
      if (right - left < 24 || top + bandHeight() > height) return;
      let seen = false;
      for (let px = left + 2; px < right - 1 && !seen; ++px) {
        for (let below = 1; below < bandHeight() - 1 && !seen; ++below) {
          seen = known.some((colour) => isNear(pixel(px, top + below), colour, 3));
        }
      }
      if (!seen) troubles.push("no band of version " + band.v + " at " + run.lanes[band.l].name);
    });
  }
  // Whether something that is drawn later lies where the event is.
  const isCovered = (event) => run.events.some((one) => one.l === event.l && one.k !== event.k && shown[one.k] &&
    Math.abs(x(one.t) - x(event.t)) < 9 && order[one.k] >= order[event.k]);
  function events(kindsExpected, { hasInk }, troubles) {
    for (const kind of kindsExpected) {
      const open = run.events.filter((event) => event.k === kind && isInside(x(event.t), heightOf(event))).slice(0, 200);
      const isLine = shapes[kind] === "tick" || shapes[kind] === "ring";  // too thin to have a pixel of its full colour
      const seen = open.some((event) => hasInk(x(event.t), heightOf(event), 4, rgb(event.r ? colours.refused : colours[kind]),
        isLine ? 80 : 12));
      if (!seen && !open.every(isCovered)) troubles.push("nothing of the kind " + kind + " is to be seen");
    }
  }
  // A head is as dark as the colour of messages, the line that leads to it is not.
  function arrows({ pixel }, troubles) {
    let looked = 0;
    const seen = run.messages.some((message) => {
      const x1 = x(message.s), y1 = y(message.f), x2 = x(message.a), y2 = y(message.t);
      const length = Math.hypot(x2 - x1, y2 - y1) || 1, dx = (x2 - x1) / length, dy = (y2 - y1) / length;
      const isAlone = run.events.every((one) => one.l !== message.t || Math.abs(x(one.t) - x2) > 12);
      const inHead = [-1, 0, 1].map((side) => [x2 - dx * 5 - dy * side, y2 - dy * 5 + dx * side]);
      if (message.x || !isAlone || !inHead.every(([px, py]) => isInside(px, py))) return false;
      ++looked;
      return inHead.every(([px, py]) => isNear(pixel(px, py), rgb(colours.message), 20));
    });
    if (!seen && looked > 0) troubles.push("no message has an arrow");
  }
  function violation({ pixel }, troubles) {
    const px = x(drawnTime(run.violated_at));
    let rows = 0;
    for (let py = axisHeight + 1; py < height; ++py) {
      if ([-1, 0, 1].some((dx) => isNear(pixel(px + dx, py), rgb(colours.violation), 60))) ++rows;
    }
    if (!(rows > (height - axisHeight) / 2)) troubles.push("no line marks the moment of the violation");
  }

  return {
    // What is missing of what is expected.
    look(expected) {
      const troubles = [];
      const seen = image();
      lanes(expected.lanes, seen, troubles);
      bands(without("messages"), troubles);  // which cover them where many cross
      events(expected.kinds, seen, troubles);
      if (expected.messages) arrows(seen, troubles);
      if (expected.violation) violation(seen, troubles);
      return troubles;
    },
    // A number for all that the chart shows.
    fingerprint() {
      clamp();
      draw();
      let hash = 2166136261;
      for (const word of new Uint32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer)) {
        hash = Math.imul(hash ^ word, 16777619);
      }
      return hash;
    },
    // The tools that change nothing, or whose change does not go away.
    idleTools() {
      const idle = [];
      // A browser that is asked for pixels again and again draws otherwise from then on: not the page's doing.
      let before = this.fingerprint();
      for (let last = NaN; before !== last; before = this.fingerprint()) last = before;
      for (const box of document.querySelectorAll("#tools input[type=checkbox]")) {
        box.click();
        if (this.fingerprint() === before) idle.push(box.name + " changes nothing");
        box.click();
        if (this.fingerprint() !== before) idle.push(box.name + " does not come back");
      }
      return idle;
    },
    // A place where the mouse is on the first event of that kind that is in sight.
    placeOf(kind) {
      const box = canvas.getBoundingClientRect();
      const event = run.events.find((one) => one.k === kind && isInside(x(one.t), heightOf(one)));
      return event && { x: box.left + x(event.t), y: box.top + heightOf(event), text: event.x };
    },
    view() { return { from, perPixel, scroll, width, height, labelWidth, centre: timeAt(labelWidth + (width - labelWidth) / 2) }; },
    // Milliseconds for a frame, drawn to the last pixel: zooming in from the whole run, and panning through it.
    timeFrames(steps) {
      const frame = (move) => {
        const begun = performance.now();
        move();
        clamp();
        draw();
        pen.getImageData(0, 0, 1, 1);
        return performance.now() - begun;
      };
      const figures = (times) => {
        const sorted = [...times].sort((a, b) => a - b);
        return { median: sorted[sorted.length >> 1], worst: sorted[sorted.length - 1] };
      };
      reset();
      const zooms = Array.from({ length: steps }, () => frame(() => zoom(.8, labelWidth + (width - labelWidth) * .6)));
      reset();
      perPixel /= 2;
      const pans = Array.from({ length: steps }, () => frame(() => { from += perPixel * (width - labelWidth) / steps; }));
      reset();
      return { zoom: figures(zooms), pan: figures(pans) };
    },
  };
})();
