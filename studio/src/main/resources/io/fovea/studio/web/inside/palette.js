// Colours for numbers, as in reports (Filters.java): orange above zero, blue below, the card's own colour at zero; the stronger, the larger.
import { colour, el, isDark } from '../api.js';

const LIGHT = { zero: [255, 255, 255], plus: [213, 94, 0], minus: [0, 114, 178] };
const DARK = { zero: [18, 22, 29], plus: [255, 166, 77], minus: [110, 168, 255] };

/** The colour of a number on a scale from -scale to scale, as red, green, blue. */
export function colourOf(value, scale, palette = isDark() ? DARK : LIGHT) {
  const share = scale > 0 ? Math.min(1, Math.abs(value) / scale) : 0;
  const end = value < 0 ? palette.minus : palette.plus;
  return palette.zero.map((zero, k) => Math.round(zero + Math.sqrt(share) * (end[k] - zero)));
}

/** Black or white, whichever can be read on a colour. */
export function inkOn(colour) {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff';
}

/** The largest size among some numbers. */
export function sizeOf(values) {
  let size = 0;
  for (let k = 0; k < values.length; k++) size = Math.max(size, Math.abs(values[k]));
  return size;
}

/** Numbers with a border of NaN around them. */
export function bordered(values, height, width, border) {
  const all = new Float32Array((height + 2 * border) * (width + 2 * border)).fill(NaN);
  for (let i = 0; i < height; i++) all.set(values.subarray(i * width, (i + 1) * width), (i + border) * (width + 2 * border) + border);
  return all;
}

/** Paints numbers into a canvas row by row, a pixel each; NaN is a place outside. */
export function paint(canvas, values, height, width, scale) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  const picture = context.createImageData(width, height);
  const palette = isDark() ? DARK : LIGHT;
  for (let k = 0; k < height * width && k < values.length; k++) {
    const outside = Number.isNaN(values[k]); // the padding, chequered
    const [r, g, b] = outside ? [128, 128, 128] : colourOf(values[k], scale, palette);
    picture.data.set([r, g, b, !outside ? 255 : (k + Math.floor(k / width)) % 2 ? 90 : 50], 4 * k);
  }
  context.putImageData(picture, 0, 0);
}

/** Paints the pixels of a picture, 0 to 255, channels last. */
export function paintPixels(canvas, pixels, channels, height, width) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const picture = context.createImageData(width, height);
  for (let k = 0; k < height * width; k++) {
    for (let c = 0; c < 3; c++) picture.data[4 * k + c] = pixels[k * channels + (channels === 3 ? c : 0)];
    picture.data[4 * k + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

/**
 * Bars of values from 0 to most, with marks at other values, and lines below them. Heights are logarithmic: else the zeros of
 * a ReLU, or gradients near 0, would hide the others.
 */
export function histogram(title, values, most, words, lines, marks = []) {
  const canvas = el('canvas', { width: 160, height: 56, role: 'img', 'aria-label': `${title}: ${words}` });
  const pen = canvas.getContext('2d');
  const step = 160 / values.length;
  const width = step - Math.min(2, step / 4);
  const height = (value) => Math.ceil((52 * Math.log1p(value)) / Math.log1p(most));
  pen.fillStyle = colour('--accent');
  values.forEach((value, k) => pen.fillRect(k * step, 56 - height(value), width, height(value)));
  pen.fillStyle = colour('--text');
  marks.forEach((value, k) => pen.fillRect(k * step, 55 - height(value), width, 2));
  return el('figure', { class: 'histogram' }, canvas, el('figcaption', {}, title, ...lines.flatMap((line) => [el('br'), line])));
}

/** A number for people: four digits, a true minus. */
export function short(value) {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const plain = size < 1e5 && size >= 1e-4;
  return (plain ? String(Number(value.toPrecision(4))) : value.toExponential(2)).replaceAll('-', '−');
}
