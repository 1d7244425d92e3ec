// The page: asks the agent every few seconds, and says so when it does not answer.

import { Model } from './model.js';
import { STATUS, percent, time, urgency } from './words.js';

const PERIOD = 3000;
const PATIENCE = 10000;
const OPEN = 3; // models whose parts are open at first

const models = new Map();
const find = (id) => document.getElementById(id);
let answered = null;

async function get(address) {
  const answer = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) {
    throw new Error(`${answer.status} ${answer.statusText}`);
  }
  return answer.json();
}

function cell(...content) {
  const made = document.createElement('td');
  made.append(...content.filter((part) => part !== null));
  return made;
}

function small(text) {
  const made = document.createElement('small');
  made.textContent = text;
  return made;
}

function evidence(row) {
  const bar = document.createElement('span');
  bar.className = `bar status ${row.status}`;
  bar.setAttribute('aria-hidden', 'true');
  const filled = document.createElement('i');
  // From 0.1 % to 100 %: evidence of a drift grows by a factor a window.
  filled.style.width = `${100 * Math.max(0, Math.min(1, 1 + Math.log10(row.evidence || 1e-9) / 3))}%`;
  bar.append(filled);
  const made = cell(bar, percent(row.evidence));
  made.className = 'number';
  return made;
}

function overview(row) {
  const made = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  const link = document.createElement('a');
  link.href = `#${Model.id(row)}`;
  link.textContent = Model.title(row);
  link.addEventListener('click', () => { models.get(Model.id(row)).node.open = true; });
  head.append(link);
  const status = document.createElement('span');
  status.className = `status ${row.status}`;
  status.textContent = STATUS[row.status];
  made.append(head, cell(status, row.reason ? small(row.reason) : null), evidence(row),
    cell(time(row.end)), cell(...row.groups.map(small)));
  return made;
}

/** In the order of the list; not under the hands of somebody who is at one of them. */
function arrange(nodes) {
  const cards = find('cards');
  if (cards.contains(document.activeElement) || nodes.every((node, place) => node === cards.children[place])) {
    return;
  }
  cards.append(...nodes);
}

function show(rows) {
  find('none').hidden = rows.length > 0;
  find('models').hidden = rows.length === 0;
  const order = [...rows].sort((a, b) => urgency(a.status) - urgency(b.status));
  order.forEach((row, place) => {
    const known = models.get(Model.id(row));
    if (known) {
      // Who looks at the page sees a drift begin.
      known.node.open ||= row.status === 'drift' && known.status !== 'drift';
      known.update(row);
      return;
    }
    const catchUp = (model) => model.behind && model.refresh(get).then(() => {}, lost);
    const made = new Model(row, place < OPEN, catchUp);
    made.node.addEventListener('toggle', () => catchUp(made));
    models.set(made.node.id, made);
    find('cards').append(made.node);
  });
  for (const [id, model] of models) {
    if (!rows.some((row) => Model.id(row) === id)) {
      model.node.remove();
      models.delete(id);
    }
  }
  arrange(order.map((row) => models.get(Model.id(row)).node));
  find('models').tBodies[0].replaceChildren(...order.map(overview));
  const worst = order[0]?.status;
  document.title = worst === 'drift' || worst === 'warning' ? `${STATUS[worst]} – Gradwatch` : 'Gradwatch';
}

function lost(failure) {
  document.body.classList.add('stale');
  find('lost').hidden = false;
  const since = answered === null ? '' : ` since ${time(answered)} UTC, and what is below is as of then`;
  const text = `The agent does not answer${since} (${failure.message}). The page tries again every ${PERIOD / 1000} s.`;
  // Only once, or a screen reader says it every few seconds.
  if (find('lost').textContent !== text) {
    find('lost').textContent = text;
  }
  find('connection').textContent = 'no connection';
}

async function look() {
  try {
    const { now, models: rows } = await get('api/models');
    show(rows);
    for (const model of models.values()) {
      if (model.behind) {
        await model.refresh(get);
      }
    }
    answered = now;
    document.body.classList.remove('stale');
    find('lost').hidden = true;
    find('lost').textContent = '';
    find('connection').textContent = `up to date at ${time(now)} UTC`;
  } catch (failure) {
    lost(failure);
  }
  setTimeout(look, PERIOD);
}

look();
