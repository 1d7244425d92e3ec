// Groups x windows as colours: blue where a group matters less than in the baseline, orange where more.

import { change, decimal, time } from './words.js';

const ROW = 18;
const NARROWEST = 4; // pixels a column; where there are more windows, neighbours share one

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

function colours() {
  const styles = getComputedStyle(document.documentElement);
  const [low, middle, high] = ['--low', '--middle', '--high'].map((name) => {
    const hex = styles.getPropertyValue(name).trim();
    return rgb(hex.length === 4 ? `#${[...hex.slice(1)].map((c) => c + c).join('')}` : hex);
  });
  return (value) => {
    const end = value < 0 ? low : high;
    const part = Math.min(1, Math.abs(value));
    return `rgb(${middle.map((from, i) => Math.round(from + part * (end[i] - from))).join(' ')})`;
  };
}

/** A canvas with a cursor that mouse and arrow keys move. */
export class HeatMap {
  #node; #canvas; #history; #what = 'scale'; #columns = []; #at = null;

  constructor(node) {
    this.#node = node;
    this.#canvas = node.querySelector('canvas');
    node.querySelector('fieldset').addEventListener('change', (event) => {
      this.#what = event.target.value;
      this.#draw();
    });
    this.#canvas.addEventListener('mousemove', (event) => this.#move(
      Math.floor(event.offsetY / ROW), Math.floor(event.offsetX / this.#canvas.clientWidth * this.#columns.length)));
    this.#canvas.addEventListener('mouseleave', () => this.#say(null));
    this.#canvas.addEventListener('keydown', (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (step) {
        event.preventDefault();
        const [row, column] = this.#at ?? [0, this.#columns.length - 1];
        this.#move(this.#at ? row + step[0] : row, this.#at ? column + step[1] : column);
      }
    });
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
  }

  /** @param moved names of the groups that carry the drift */
  show(history, moved) {
    this.#history = history;
    this.#node.hidden = history.groups.length === 0;
    this.#node.querySelector('.names').replaceChildren(...history.groups.map((group) => {
      const item = document.createElement('li');
      const name = document.createElement('bdi');
      name.textContent = group.name;
      item.title = group.name;
      item.classList.toggle('moved', moved.has(group.name));
      item.append(name);
      return item;
    }));
    this.#draw();
  }

  #draw() {
    const width = this.#canvas.clientWidth;
    const { groups = [], ends = [] } = this.#history ?? {};
    if (!width || !groups.length) {
      return;
    }
    const share = Math.max(1, Math.ceil(ends.length / Math.floor(width / NARROWEST)));
    this.#columns = Array.from({ length: Math.ceil(ends.length / share) },
      (none, column) => [column * share, Math.min(ends.length, (column + 1) * share)]);
    const limit = this.#limit(groups);
    const ratio = devicePixelRatio;
    this.#canvas.style.height = `${groups.length * ROW}px`;
    this.#canvas.width = width * ratio;
    this.#canvas.height = groups.length * ROW * ratio;
    const context = this.#canvas.getContext('2d');
    const colour = colours();
    groups.forEach((group, row) => this.#columns.forEach((column, place) => {
      const value = this.#value(group, column);
      if (value !== null) {
        const left = Math.round(place * this.#canvas.width / this.#columns.length);
        const right = Math.round((place + 1) * this.#canvas.width / this.#columns.length);
        context.fillStyle = colour(value / limit);
        context.fillRect(left, row * ROW * ratio, right - left, (ROW - 1) * ratio);
      }
    }));
    this.#describe(limit);
    this.#mark(context, ratio);
  }

  #mark(context, ratio) {
    if (this.#at && document.activeElement === this.#canvas) {
      const [row, column] = this.#at;
      const wide = this.#canvas.width / this.#columns.length;
      context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--ink');
      context.lineWidth = 2 * ratio;
      context.strokeRect(column * wide, row * ROW * ratio, wide, (ROW - 1) * ratio);
    }
  }

  #limit(groups) {
    const all = groups.flatMap((group) => group[this.#what]).filter((value) => value !== null);
    const least = this.#what === 'scale' ? Math.log(1.25) : 0.02;
    return Math.max(least, ...all.map(Math.abs));
  }

  /** Of the windows that share a column, the one that is farthest from the baseline. */
  #value(group, [from, to]) {
    return group[this.#what].slice(from, to)
      .reduce((far, value) => (value !== null && (far === null || Math.abs(value) > Math.abs(far)) ? value : far), null);
  }

  #describe(limit) {
    const { ends, groups } = this.#history;
    const span = this.#what === 'scale'
      ? `${change(-limit)} (blue) to ${change(limit)} (orange) against the baseline`
      : `1 − cosine of the units’ profiles, 0 to ${limit.toFixed(3)} (orange)`;
    this.#node.querySelector('.first').textContent = time(ends[0]);
    this.#node.querySelector('.last').textContent = time(ends.at(-1));
    this.#node.querySelector('.legend').textContent = span;
    this.#canvas.setAttribute('aria-label', `${groups.length} groups in ${ends.length} windows, ${
      span}. The arrow keys walk through it; the table below has the last windows.`);
  }

  #move(row, column) {
    const { groups } = this.#history;
    this.#at = [Math.max(0, Math.min(groups.length - 1, row)), Math.max(0, Math.min(this.#columns.length - 1, column))];
    const group = groups[this.#at[0]];
    const [from, to] = this.#columns[this.#at[1]];
    const scale = group.scale.slice(from, to).reduce((far, v) => (v !== null && Math.abs(v) > Math.abs(far ?? 0) ? v : far), null);
    const shape = group.shape.slice(from, to).reduce((far, v) => (v !== null && v > (far ?? 0) ? v : far), null);
    this.#say(`${group.name}, window until ${time(this.#history.ends[to - 1])}: ${
      scale === null ? 'not there' : change(scale)}, shape ${decimal(shape)}`);
  }

  #say(text) {
    if (text === null) {
      this.#at = null;
    }
    this.#node.querySelector('.cell').textContent = text ?? '';
    if (document.activeElement === this.#canvas) {
      this.#draw();
    }
  }
}
