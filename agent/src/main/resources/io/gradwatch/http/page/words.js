// Numbers, times and states as people read them. Pure functions.

const STAMP = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });

/** For instance 2026-03-01 14:05:00, in UTC. */
export const time = (millis) => STAMP.format(new Date(millis));

/** A ratio in percent, as the terminal writes it. */
export function percent(ratio) {
  const value = 100 * ratio;
  if (value >= 9999.5) {
    return '> 9999 %';
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** A log ratio as a change, for instance +34 %. */
export function change(log) {
  const value = 100 * Math.expm1(log);
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(0)} %`;
}

export const decimal = (value, digits = 3) => (value === undefined || value === null ? '–' : value.toFixed(digits));

/** Three significant digits. */
export const short = (value) => Number(value.toPrecision(3)).toString().replace('-', '−');

/** What else but its colour tells a status. */
export const STATUS = {
  stable: '● stable', warning: '▲ warning', drift: '■ drift', calibrating: '◌ calibrating',
  uncalibrated: '◇ uncalibrated',
};

/** Where a status belongs in a list: what asks for somebody first. */
export const urgency = (status) =>
  ['drift', 'warning', 'uncalibrated', 'calibrating', 'stable'].indexOf(status);

const DIRECTION = { UP: 'more', DOWN: 'less', SHAPE: 'by other units' };

/** How a group matters, by what was seen after the alarm where something was. */
export function effect(group) {
  const move = group.move ?? {};
  const scale = move.scaleAfterAlarm ?? group.scaleEffect;
  const small = Math.abs(scale) <= group.scaleDeadband;
  const direction = move.direction ?? (small && group.shape !== undefined ? 'SHAPE' : scale > 0 ? 'UP' : 'DOWN');
  return direction === 'SHAPE' && group.moved
    ? `${DIRECTION.SHAPE} (${change(scale)})`
    : `${change(scale)}${small ? ', within what counts as none' : ''}`;
}

/** For instance "3: 5 % → 21 %": unit 3 had 5 % of its group and has 21 %. */
export const unit = (move) =>
  `${move.from === move.to ? move.from : `${move.from}–${move.to}`}: ${percent(move.normal)} → ${percent(move.share)}`;

/** What a reading says, in a sentence or two that follow from its numbers. */
export function sentence(reading, row) {
  const inputs = reading.comparison?.inputs;
  const moved = inputs && inputs.moved > 0 && inputs.distance >= 0.1;
  const counted = inputs ? `${inputs.moved} of ${inputs.compared} input features` : '';
  const evidence = `The evidence is ${percent(reading.evidence)} of the page limit.`;
  switch (row.status) {
    case 'drift':
      return `Drift since ${time(reading.onset ?? reading.start)}. ${row.groups.join(', ') || 'No group stands out'}. ${
        !inputs ? '' : moved ? `${counted} moved as well.` : 'No input feature shows it by itself.'}`;
    case 'warning':
      return `${evidence} That of a warning is past its limit, which happens by chance as often as its budget says.${
        moved ? ` ${counted} moved.` : ''}`;
    case 'stable':
      return `${evidence}${moved && reading.comparison.beyond === 0
        ? ` ${counted} moved, but what the model relies on did not.` : ''}`;
    default:
      return `${reading.reason ?? 'There is no baseline yet.'}`;
  }
}
