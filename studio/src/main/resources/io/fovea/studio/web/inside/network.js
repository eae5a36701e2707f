// The whole network as a picture: a column a layer, with every map of it.
import { el } from '../api.js';
import { paint, short, sizeOf } from './palette.js';

/** Layers that only hand on what they get. */
const HIDDEN = new Set(['flatten', 'dropout', 'dropout2d']);

/** Maps above each other in a column. */
const ROWS = 8;

const WORDS = {
  input: 'picture',
  conv2d: 'convolution',
  max_pool2d: 'max pooling',
  avg_pool2d: 'mean pooling',
  global_avg_pool2d: 'mean of maps',
  global_max_pool2d: 'largest of maps',
  batch_norm2d: 'batch norm',
  relu: 'ReLU',
  add: 'sum',
};

/** What a kind of layer is called. @param {string} type */
export const wordFor = (type) => WORDS[type] ?? type.replaceAll('_', ' ');

/** How many maps a node has, and their size; a row of features is one map, wrapped. */
export function mapsOf(node) {
  if (node.shape.length === 3) {
    const [count, height, width] = node.shape;
    return { count, height, width, row: false };
  }
  const features = node.shape[0];
  const width = features <= 32 ? 1 : Math.ceil(Math.sqrt(features));
  return { count: 1, height: Math.ceil(features / width), width, row: true };
}

/** The numbers of one map. @param {Float32Array} values */
export function mapValues(node, values, channel) {
  const { height, width, row } = mapsOf(node);
  return row ? values : values.subarray(channel * height * width, (channel + 1) * height * width);
}

/**
 * @param {any} description
 * @param {(node: any, channel: number) => void} onchoose
 */
export function picture(description, onchoose) {
  const columns = [];
  const element = el('div', { class: 'network', id: 'network', role: 'group', 'aria-label': 'The network, layer by layer' });

  function move(event, buttons) {
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: ROWS, ArrowLeft: -ROWS, Home: -at, End: buttons.length - 1 - at }[event.key];
    if (at < 0 || step === undefined || !buttons[at + step]) return;
    event.preventDefault();
    buttons[at].tabIndex = -1;
    buttons[at + step].tabIndex = 0;
    buttons[at + step].focus();
  }

  for (const node of description.nodes) {
    if (HIDDEN.has(node.type)) continue;
    const { count, height, width, row } = mapsOf(node);
    const canvases = Array.from({ length: count }, () => el('canvas', { class: 'pixels', width, height }));
    const buttons = canvases.map((canvas, channel) => {
      const label = row ? `${node.name}: ${node.shape[0]} numbers` : `${node.name}: map ${channel}`;
      return el(
        'button',
        {
          type: 'button',
          class: row ? 'map row-map' : 'map',
          tabindex: channel ? -1 : 0,
          'aria-label': label,
          'aria-pressed': 'false',
          title: label,
          'data-node': node.name,
          'data-channel': channel,
          onclick: () => onchoose(node, channel),
        },
        canvas,
      );
    });
    const maps = el('div', { class: row || count === 1 ? 'maps one' : 'maps', role: 'group', 'aria-label': `Maps of ${node.name}; arrow keys move`, onkeydown: (event) => move(event, buttons) }, ...buttons);
    const scale = el('span', { class: 'scale' }, '±0');
    element.append(
      el('div', { class: 'column' }, el('strong', {}, node.name), el('span', { class: 'kind' }, wordFor(node.type)), el('span', { class: 'kind' }, node.shape.join('×')), maps, scale),
    );
    columns.push({ node, canvases, buttons, scale });
  }
  const widths = columns.map(({ node, buttons }) => (node.shape.length === 1 ? 0.9 : buttons.length === 1 ? 2.4 : Math.max(2, Math.ceil(buttons.length / ROWS))));
  element.style.setProperty('--cells', String(widths.reduce((sum, width) => sum + width, 0)));
  element.style.setProperty('--columns', String(columns.length));
  return {
    element,
    /** Shows values, or gradients. @param {(name: string) => Float32Array | undefined} valuesOf */
    update(valuesOf) {
      for (const { node, canvases, scale } of columns) {
        const values = valuesOf(node.name);
        if (!values) continue;
        const size = sizeOf(values);
        scale.textContent = `±${short(size)}`;
        const { height, width } = mapsOf(node);
        canvases.forEach((canvas, channel) => paint(canvas, mapValues(node, values, channel), height, width, size));
      }
    },
    /** Marks the chosen map. */
    choose(name, channel) {
      for (const { node, buttons } of columns) {
        buttons.forEach((button, k) => button.setAttribute('aria-pressed', String(node.name === name && (k === channel || node.shape.length === 1))));
      }
    },
  };
}
