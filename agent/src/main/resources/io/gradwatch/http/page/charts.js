// The two charts of a model, by uPlot.

import { decimal, percent, time } from './words.js';

const { uPlot } = window;
const HEIGHT = 190;
// Evidence below 0.1 % is nothing to look at, and of a drift that lasts it grows without end.
const DECADES = [1e-3, 1e-2, 1e-1, 1, 10, 100];
const [FLOOR] = DECADES;
const CEILING = DECADES.at(-1);

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

/** 14:05, or the day where one begins. */
const clock = (self, ticks) => ticks.map((tick) => {
  const text = time(tick * 1000);
  return text.endsWith('00:00:00') ? text.slice(5, 10) : text.slice(11, text.endsWith(':00') ? 16 : 19);
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

function chart(node, series, scale, marked, limit, versions) {
  const self = new uPlot({
    width: Math.max(200, node.clientWidth),
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    cursor: { drag: { x: false, y: false }, sync: { key: node.dataset.sync } },
    legend: { live: true },
    scales: { x: { time: true }, y: scale },
    axes: [axis({ values: clock, space: 60 }), axis({ size: 74, ...marked })],
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
      { distr: 3, log: 10, range: (u, from, to) => [FLOOR, DECADES.find((decade) => decade >= Math.max(10, to ?? 0)) ?? CEILING] },
      { splits: () => DECADES, filter: (u, ticks) => ticks, values: (u, ticks) => ticks.map((tick) => `${Number((tick * 100).toPrecision(3)).toLocaleString('en').replace(',', '\u202f')} %`) },
      1, versions);
    this.#traffic = chart(traffic,
      [line('inputs', '--inputs', decimal), line('outputs', '--outputs', decimal, { dash: [6, 4] })],
      { range: [0, 1] }, { splits: () => [0, 0.25, 0.5, 0.75, 1] }, null, versions);
  }

  show(history) {
    this.#history = history;
    const x = history.ends.map((end) => end / 1000);
    const above = (values) => values.map((value) => (value === null ? null : Math.min(CEILING, Math.max(FLOOR, value))));
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
