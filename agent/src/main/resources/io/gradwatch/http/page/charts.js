// The two charts of a model, by uPlot.

import { decimal, percent, time } from './words.js';

const { uPlot } = window;
const HEIGHT = 190;
const FLOOR = 1e-3; // evidence below 0.1 % is nothing to look at, and a log scale has no 0

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const axis = (more) => ({
  stroke: () => style('--dim'),
  grid: { stroke: () => style('--line'), width: 1 },
  ticks: { stroke: () => style('--line'), width: 1 },
  ...more,
});

const line = (label, colour, value, more = {}) => ({
  label, value: (self, raw) => (raw === null || raw === undefined ? '–' : value(raw)),
  stroke: () => style(colour), width: 2, spanGaps: false, points: { show: false }, ...more,
});

/** The limit, and where another version of the model began. */
const marks = (limit, versions) => ({
  hooks: {
    draw: [(self) => {
      const { ctx, bbox } = self;
      ctx.save();
      ctx.lineWidth = devicePixelRatio;
      if (limit !== null) {
        const y = Math.round(self.valToPos(limit, 'y', true));
        ctx.strokeStyle = style('--drift');
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
      }
      ctx.setLineDash([4, 4]);
      ctx.strokeStyle = style('--dim');
      for (const from of versions()) {
        const x = Math.round(self.valToPos(from / 1000, 'x', true));
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      ctx.restore();
    }],
  },
});

function chart(node, series, scale, values, limit, versions) {
  const self = new uPlot({
    width: Math.max(200, node.clientWidth),
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    fmtDate: uPlot.fmtDate,
    cursor: { drag: { x: false, y: false }, sync: { key: node.dataset.sync } },
    legend: { live: true },
    scales: { x: { time: true }, y: scale },
    axes: [axis({}), axis({ size: 62, values: (u, ticks) => ticks.map(values) })],
    series: [{ label: 'until', value: (u, raw) => (raw === null ? '–' : time(raw * 1000)) }, ...series],
    plugins: [marks(limit, versions)],
  }, [[], ...series.map(() => [])], node);
  new ResizeObserver(() => {
    if (node.clientWidth > 0 && node.clientWidth !== self.width) {
      self.setSize({ width: node.clientWidth, height: HEIGHT });
    }
  }).observe(node);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => self.redraw());
  return self;
}

/** Draws a model's history into two nodes, and draws it anew when there is more of it. */
export class Charts {
  #history = { ends: [], versions: [] };
  #evidence;
  #traffic;
  #nodes;

  constructor(evidence, traffic, name) {
    this.#nodes = [evidence, traffic];
    this.#nodes.forEach((node) => { node.dataset.sync = name; });
    const versions = () => this.#history.versions.slice(1).map((version) => version.from);
    this.#evidence = chart(evidence,
      [line('page', '--evidence', percent), line('warning', '--second', percent, { dash: [6, 4] })],
      { distr: 3, log: 10, range: (u, from, to) => [FLOOR, 10 ** Math.ceil(Math.log10(Math.max(2, to ?? 2)))] },
      (tick) => (tick === null || Math.log10(tick) % 1 > 1e-9 && Math.log10(tick) % 1 < 1 - 1e-9 ? '' : `${tick * 100} %`), 1, versions);
    this.#traffic = chart(traffic,
      [line('inputs', '--inputs', decimal), line('outputs', '--outputs', decimal, { dash: [6, 4] })],
      { range: [0, 1] }, (tick) => tick.toFixed(1), null, versions);
  }

  show(history) {
    this.#history = history;
    const x = history.ends.map((end) => end / 1000);
    const above = (values) => values.map((value) => (value === null ? null : Math.max(FLOOR, value)));
    this.#evidence.setData([x, above(history.evidence), above(history.warningEvidence)]);
    this.#traffic.setData([x, history.inputs, history.outputs]);
    const last = history.ends.length - 1;
    this.#nodes[0].setAttribute('aria-label', last < 0 ? 'No windows yet'
      : `Evidence of drift in ${last + 1} windows up to ${time(history.ends[last])}: now ${
        percent(history.evidence[last])} of the page limit, at most ${percent(Math.max(...history.evidence))}. The table below has the last ones.`);
    this.#nodes[1].setAttribute('aria-label', last < 0 ? 'No windows yet'
      : `Largest distance from the baseline: inputs now ${decimal(history.inputs[last])}, outputs now ${
        decimal(history.outputs[last])}. The table below has the last ones.`);
  }
}
