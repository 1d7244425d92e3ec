// One model's part of the page: built once, filled again with each window.

import { Charts } from './charts.js';
import { HeatMap } from './heatmap.js';
import { STATUS, change, decimal, effect, percent, sentence, short, time, unit } from './words.js';

const ROWS = 12; // windows and groups that tables hold
const UNITS = 3;

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) {
    made.textContent = text;
  }
  if (className) {
    made.className = className;
  }
  return made;
};

const row = (head, cells) => {
  const made = element('tr');
  const first = element('th', head);
  first.scope = 'row';
  made.append(first, ...cells.map(([text, className]) => element('td', text, className)));
  return made;
};

const picture = (source, size, words) => {
  const image = element('img');
  image.src = source;
  image.alt = words;
  image.title = words;
  image.style.height = `${size}px`;
  return image;
};

export class Model {
  node; #groups = []; #row; #end = 0; #charts; #map; #pictured = ''; #look;

  /** @param look asks for what is behind, at once */
  constructor(row, open, look) {
    const content = document.getElementById('card').content.cloneNode(true);
    this.node = content.querySelector('details');
    this.node.id = Model.id(row);
    this.node.open = open;
    this.node.classList.toggle('concept', row.kind === 'CONCEPT');
    this.#find('h2').textContent = Model.title(row);
    this.#find('.report a').href = `report?model=${encodeURIComponent(row.model)}`;
    this.#look = look;
    this.#find('.samples fieldset').addEventListener('change', () => this.#choose());
    this.update(row);
  }

  static title = (row) => (row.kind === 'CONCEPT' ? `${row.model}, concept` : row.model);

  static id = (row) => `model-${encodeURIComponent(Model.title(row))}`;

  get status() {
    return this.#row.status;
  }

  /** What the list of models says, also while this part is closed. */
  update(row) {
    this.#row = row;
    const status = this.#find('summary .status');
    status.textContent = STATUS[row.status];
    status.className = `status ${row.status}`;
    this.#find('.version').textContent = row.version;
  }

  /** Whether there is something newer than what is shown. */
  get behind() {
    return this.node.open && (this.#end !== this.#row.end || this.#pictured === 'pending');
  }

  /**
   * Fetches and shows what is new.
   *
   * @param get takes a relative address and gives its JSON
   */
  async refresh(get) {
    const query = `?model=${encodeURIComponent(this.#row.model)}&kind=${this.#row.kind}`;
    if (this.#end !== this.#row.end) {
      const { reading, history } = await get(`api/model${query}`);
      this.#show(reading, history);
      this.#end = reading.end;
      this.#pictured = 'pending';
    }
    if (this.#pictured === 'pending') {
      const chosen = this.#chosen;
      const pictures = await get(`api/pictures${query}${chosen}`);
      if (chosen === this.#chosen) { // else somebody chose another unit meanwhile
        this.#showPictures(pictures);
      }
    }
  }

  /** What is asked for beside the model: a unit, or nothing. */
  get #chosen() {
    const group = this.#find('.samples select').value;
    return group === '' ? '' : `&group=${encodeURIComponent(group)}&unit=${this.#unit}`;
  }

  get #unit() {
    return Math.max(0, Math.trunc(Number(this.#find('.samples input').value)) || 0);
  }

  #choose() {
    this.#find('.samples input').parentNode.hidden = this.#find('.samples select').value === '';
    this.#pictured = 'pending';
    this.node.classList.remove('pictured');
    this.#look(this);
  }

  /** The groups that can be chosen; what is chosen stays. */
  #offer(names) {
    const select = this.#find('.samples select');
    const known = [...select.options].slice(1).map((option) => option.value);
    if (known.join() !== names.join()) {
      const before = select.value;
      select.replaceChildren(select.options[0], ...names.map((name) => new Option(name)));
      select.value = names.includes(before) ? before : '';
    }
  }

  #find = (selector) => this.node.querySelector(selector);

  #show(reading, history) {
    this.#charts ??= new Charts(this.#find('.evidence'), this.#find('.traffic'), this.node.id);
    this.#map ??= new HeatMap(this.#find('.map'));
    this.#find('.sentence').textContent = sentence(reading, this.#row);
    this.#charts.show(history);
    this.#map.show(history, new Set(reading.groups.filter((group) => group.moved).map((group) => group.name)));
    this.#showWindows(history);
    this.#showCells(history);
    this.#groups = reading.groups;
    this.#offer(reading.groups.map((group) => group.name));
    this.#showGroups(reading);
  }

  #showWindows(history) {
    const last = history.ends.map((end, i) => i).slice(-ROWS).reverse();
    const pair = (distance, moved) => (distance === null ? '–' : `${decimal(distance)}, ${moved}`);
    this.#find('.windows tbody').replaceChildren(...last.map((i) => row(time(history.ends[i]), [
      [history.status[i], `status ${history.status[i]}`],
      [percent(history.evidence[i]), 'number'],
      [percent(history.warningEvidence[i]), 'number'],
      [pair(history.inputs[i], history.inputsMoved[i]), 'number'],
      [pair(history.outputs[i], history.outputsMoved[i]), 'number']])));
  }

  #showCells(history) {
    const last = history.ends.map((end, i) => i).slice(-ROWS);
    const head = element('tr');
    head.append(...['Group', ...last.map((i) => time(history.ends[i]).slice(11))].map((text) => {
      const cell = element('th', text);
      cell.scope = 'col';
      return cell;
    }));
    this.#find('.cells thead').replaceChildren(head);
    this.#find('.cells tbody').replaceChildren(...history.groups.map((group) => row(group.name,
      last.map((i) => [group.scale[i] === null ? '–'
        : `${change(group.scale[i])}${group.shape[i] === null ? '' : ` · ${decimal(group.shape[i])}`}`, 'number']))));
  }

  #showGroups(reading) {
    const order = [...reading.groups].sort((a, b) => b.moved - a.moved || b.share - a.share);
    this.#find('.groups tbody').replaceChildren(...order.slice(0, ROWS).map((group) => row(
      `${group.name}${group.move?.named ? '*' : ''}`, [
        [group.scored ? effect(group) : 'not scored', group.moved ? 'status drift' : ''],
        [percent(group.share), 'number'],
        [decimal(group.shape), 'number'],
        [(group.move?.units ?? []).slice(0, UNITS).map(unit).join('\n') || '–', 'units']])));
    const rest = order.length - ROWS;
    this.#find('.groups .more').textContent = rest > 0 ? `${rest} groups with less of the evidence are not shown.` : '';
  }

  #showPictures(pictures) {
    this.#pictured = pictures.pending ? 'pending' : 'done';
    if (pictures.pending && this.node.classList.contains('pictured')) {
      return; // the pictures of the window before stay until the new ones are drawn
    }
    this.node.classList.toggle('pictured', !pictures.pending);
    const drawn = pictures.samples.some((sample) => sample.saliency);
    this.#find('.samples .note').textContent = pictures.note + (drawn
      ? ' Left the sample; right its saliency: more of a pixel raises the predicted output where it is orange, lowers it where blue.' : '');
    this.#find('.samples ol').replaceChildren(...pictures.samples.map((sample) => {
      const item = element('li');
      const shown = element('div', undefined, 'pictures');
      if (sample.thumbnail) {
        shown.append(picture(sample.thumbnail.png, 56, `sample ${sample.where}, black ${
          short(sample.thumbnail.from)} to white ${short(sample.thumbnail.to)}`));
      }
      if (sample.saliency) {
        shown.append(picture(sample.saliency.png, 56, `saliency of output ${sample.output}, blue ${
          short(sample.saliency.from)} over white 0 to orange ${short(sample.saliency.to)}`));
      }
      const words = element('div', sample.where, 'words');
      words.append(...[sample.id && `id ${sample.id}`,
        `${percent(sample.share)} of the contributions`,
        sample.output !== undefined && `predicted: ${sample.output} (output ${short(sample.value)})`,
        sample.values, sample.state].filter(Boolean).map((text) => element('small', text)));
      item.append(shown, words);
      return item;
    }));
    this.#showWeights(pictures.layer);
    this.#showLayer(pictures.layer);
  }

  /** Of the chosen unit, where they are a picture. */
  #showWeights(layer) {
    const drawn = layer?.parameter === this.#find('.samples select').value && layer.units[this.#unit];
    this.#find('.weights').replaceChildren(...(drawn
      ? [picture(drawn, 48, `weights of unit ${this.#unit}`), element('span', 'its weights')] : []));
  }

  #showLayer(layer) {
    const node = this.#find('.layer');
    node.hidden = !layer;
    if (layer) {
      const moves = this.#groups.find((group) => group.name === layer.parameter)?.move?.units ?? [];
      node.querySelector('h3').textContent = `First layer: ${layer.parameter}`;
      node.querySelector('.hint').textContent = `The weights of ${layer.units.length === layer.of ? 'its' : `${
        layer.units.length} of its`} ${layer.of} units. ${layer.channels === 1
        ? `Blue ${short(-layer.limit)} over white 0 to orange ${short(layer.limit)}.`
        : `Red, green and blue; gray is 0, the range is ±${short(layer.limit)}.`}${moves.length ? ' In bold the units whose share of the group’s importance changed most.' : ''}`;
      node.querySelector('ul').replaceChildren(...layer.units.map((source, number) => {
        const move = moves.find(({ from, to }) => from <= number && number <= to);
        const item = element('li', move ? unit(move) : `${number}`, move ? 'moved' : '');
        item.prepend(picture(source, 48, `weights of unit ${number}`));
        return item;
      }));
    }
  }
}
