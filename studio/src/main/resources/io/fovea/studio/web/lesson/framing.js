// A drawing as MNIST's digits were framed: in a box of 20 x 20, its centre of mass in the middle of 28 x 28.
const FIELD = 28;
const BOX = 20;

/** The box around the ink: left, top, right, bottom; null without ink. */
function boxOf(ink, side) {
  let box = null;
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      if (ink[i * side + j] < 32) continue;
      box ??= [j, i, j, i];
      box = [Math.min(box[0], j), box[1], Math.max(box[2], j), i];
    }
  }
  return box;
}

/** The mean of the ink in a rectangle whose edges need not be whole. */
function mean(ink, side, left, top, width, height) {
  let sum = 0;
  for (let i = Math.floor(top); i < top + height; i++) {
    const rows = Math.min(i + 1, top + height) - Math.max(i, top);
    for (let j = Math.floor(left); j < left + width; j++) {
      const columns = Math.min(j + 1, left + width) - Math.max(j, left);
      if (i >= 0 && j >= 0 && i < side && j < side) sum += rows * columns * ink[i * side + j];
    }
  }
  return sum / (width * height);
}

/**
 * Frames ink of 0 to 255.
 * @param {Uint8Array} ink side x side @returns {Uint8Array|null} 28 x 28; null without ink
 */
export function framed(ink, side) {
  const box = boxOf(ink, side);
  if (!box) return null;
  const [left, top] = box;
  const [width, height] = [box[2] - left + 1, box[3] - top + 1];
  const step = Math.max(width, height) / BOX; // pixels of the drawing a pixel
  let [mass, x, y] = [0, 0, 0];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const value = ink[(top + i) * side + left + j];
      mass += value;
      x += value * (j + 0.5);
      y += value * (i + 0.5);
    }
  }
  const [firstX, firstY] = [Math.round(FIELD / 2 - x / mass / step), Math.round(FIELD / 2 - y / mass / step)];
  return Uint8Array.from({ length: FIELD * FIELD }, (_, k) => {
    const [i, j] = [Math.floor(k / FIELD) - firstY, (k % FIELD) - firstX];
    return Math.round(mean(ink, side, left + j * step, top + i * step, step, step));
  });
}
