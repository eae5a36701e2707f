// Numbers as the page shows them: in the text, in cells, in tables coloured like the maps, as bars.
import { el } from '../api.js';
import { colourOf, inkOn, short, sizeOf } from './palette.js';

/** A number in the text; the exact one is in data-value and, for people, in the title. */
export function number(value, id) {
  return el('data', { value: String(value), title: String(value), class: 'number', id: id ?? null, 'data-value': String(value) }, short(value));
}

export const exact = (value, text = short(value)) => el('td', { 'data-value': String(value), title: String(value) }, text);

/** Numbers in rows and columns, coloured like the maps. */
export function table(caption, values, columns, { id, marked = -1, inside, scale = sizeOf(values) } = {}) {
  const rows = [];
  for (let at = 0; at < values.length; at += columns) {
    const cells = values.slice(at, at + columns).map((value, k) => {
      const outside = inside && !inside[at + k];
      const cell = el('td', { 'data-value': String(value), title: outside ? 'padding: outside of the map' : String(value), class: at + k === marked ? 'winner' : null }, outside ? '·' : short3(value));
      if (outside) {
        cell.classList.add('outside');
        return cell;
      }
      const colour = colourOf(value, scale);
      cell.style.backgroundColor = `rgb(${colour})`;
      cell.style.color = inkOn(colour);
      return cell;
    });
    rows.push(el('tr', {}, ...cells));
  }
  return el('table', { class: 'numbers', id: id ?? null }, el('caption', {}, caption), el('tbody', {}, ...rows));
}

/** Three digits: narrow enough for a cell. */
function short3(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1000 || size < 0.001) return value.toExponential(0).replaceAll('-', '−');
  return String(Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0))).replace('-', '−');
}

export const line = (...parts) => el('p', { class: 'equation' }, ...parts);

/** How strong one product is among others, as a bar in a table. */
export function bar(value, largest) {
  const meter = el('span', { class: value < 0 ? 'meter minus' : 'meter' });
  meter.style.width = `${(100 * Math.abs(value)) / largest}%`;
  return el('td', { class: 'bar', 'aria-hidden': 'true' }, meter);
}
