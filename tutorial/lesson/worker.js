// The worker's end, after network.js and the digits: runs the file's lines in slices, so that it listens to the page,
// and tells what they computed.
const SLICE = 30; // ms
const TOLD = 150; // ms between two sets of numbers while training runs
const TEST_EVERY = 500; // images
const CODES = Array.from({ length: count() }, (_, line) => code(line));
const FIRST = CODES.findIndex((each) => each.startsWith('double[] x2')); // of the lines that an image runs
const END = CODES.findIndex((each) => each.startsWith('convBackward'));
const LAST = count() - 1;
const BATCH = 16;

let id = 0; // of the training: what is told of an older one is dropped by the page
let last = LAST; // the line that has run
let goal = 'nothing'; // 'training', 'batch': to its end, 'nothing'
let test = null; // the test images so far
let readings = {}; // of the lines of a batch and of its last image
let keeping = true; // this batch's
let told = 0;
let busy = 0; // ms spent on lines, for the speed
let counted = 0; // images in that time

const tell = (kind, data = {}) => postMessage({ kind, id, ...data });

function tellBatch() {
  tell('batch', { seen: seen(), loss: loss(), speed: (1000 * counted) / busy, ...(keeping ? { readings, filters: Array.from(filters()), pixels: Array.from(pixels(BATCH - 1)), image: BATCH - 1 } : {}) });
  if (keeping) told = performance.now();
  readings = {};
}

/** Lines, or test images, for a while. */
function slice() {
  const from = performance.now();
  while (goal !== 'nothing' || test) {
    if (test) {
      test.right += isRight(test.done) ? 1 : 0;
      if (++test.done === tests()) {
        tell('accuracy', { right: test.right, of: test.done, seen: seen() });
        test = null;
      }
    } else if (advance()) break;
    if (performance.now() - from > SLICE) break;
  }
  if (goal !== 'nothing' || test) setTimeout(slice);
}

/** A line of the training; whether what was to be done is done. */
function advance() {
  const from = performance.now();
  if (last === LAST) keeping = goal === 'batch' || from - told > TOLD;
  const line = (last = next());
  if (keeping && !(line >= FIRST && line <= END && image() < BATCH - 1)) readings[line] = Array.from(reading());
  busy += performance.now() - from;
  if (line !== LAST) return false;
  counted += BATCH;
  tellBatch();
  if (Math.floor(seen() / TEST_EVERY) > Math.floor((seen() - BATCH) / TEST_EVERY)) test = { done: 0, right: 0 };
  if (goal !== 'batch') return false;
  goal = 'nothing';
  tell('paused');
  return true;
}

const commands = {
  begin({ filters: f, fault, rate: r, id: started }) {
    id = started;
    begin(f, fault, 1);
    rate(r);
    goal = 'nothing';
    test = null;
    last = LAST;
    readings = {};
    told = busy = counted = 0;
    tell('begun', { filters: Array.from(filters()), codes: CODES, source: SOURCE });
  },
  train() {
    start('training');
  },
  batch() {
    start('batch');
  },
  pause() {
    goal = 'nothing';
    tell('paused');
  },
  line() {
    goal = 'nothing';
    const line = (last = next());
    readings[line] = Array.from(reading());
    tell('line', { line, readings, image: image(), seen: seen(), loss: loss(), pixels: line === 0 ? null : Array.from(pixels(Math.min(image(), BATCH - 1))), filters: Array.from(filters()) });
    keeping = true;
    if (line === LAST) tellBatch();
    readings = {};
  },
  rate({ rate: r }) {
    rate(r);
  },
  read({ ink, side }) {
    const drawn = framed(Int8Array.from(ink), side);
    tell('answer', drawn.length ? { drawn: Array.from(drawn), probabilities: Array.from(read(drawn)) } : {});
  },
};

function start(what) {
  const idle = goal === 'nothing' && !test;
  goal = what;
  if (idle) slice();
}

new Response(new Blob([Uint8Array.from(atob(DIGITS), (c) => c.charCodeAt(0))]).stream().pipeThrough(new DecompressionStream('gzip')))
  .arrayBuffer()
  .then((bytes) => {
    digits(new Int8Array(bytes), bytes.byteLength / 785, TRAINED);
    onmessage = ({ data }) => commands[data.do](data);
    tell('ready');
  });
