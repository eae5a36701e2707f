// Blocks of a network: parts with one way in and one way out, such as a residual block, which can be folded.

/** Layers that pass their input on unchanged. */
export const HIDDEN = new Set(['flatten', 'dropout', 'dropout2d']);

/** Networks of more columns than this begin folded. */
const FEW = 14;

/** Layers that begin a block; others belong to the block before them. */
const BEGINS = new Set(['conv2d', 'conv_transpose2d', 'dense', 'max_pool2d', 'avg_pool2d', 'global_avg_pool2d', 'global_max_pool2d']);

/** The common prefix of a block's layer names, else the first and the last name. */
function titleOf(nodes) {
  if (nodes.length === 1) return nodes[0].name;
  const parts = nodes.map(({ name }) => name.split(/(?<=[._])/)).filter((each) => each.length > 1);
  const same = (k) => parts.every((each) => each[k]?.replace(/[._]$/, '') === parts[0][k]?.replace(/[._]$/, ''));
  let length = 0;
  while (parts.length && parts[0][length] && same(length)) length++;
  return length ? parts[0].slice(0, length).join('').replace(/[._]$/, '') : `${nodes[0].name} to ${nodes.at(-1).name}`;
}

/** The blocks of a network in order: a block ends where all later nodes read only its last node. */
export function blocksOf(nodes) {
  const place = new Map(nodes.map(({ name }, k) => [name, k]));
  const reach = nodes.map((_, k) => k);
  nodes.forEach(({ inputs }, k) => inputs.forEach((name) => (reach[place.get(name)] = k)));
  const all = [];
  let own = [];
  let furthest = 0;
  nodes.forEach((node, k) => {
    own.push(node);
    const cut = furthest <= k; // nothing before this node is read behind it
    furthest = Math.max(furthest, reach[k]);
    const next = nodes[k + 1];
    if (!next || k === 0 || (cut && BEGINS.has(next.type))) {
      all.push({ title: titleOf(own), nodes: own, open: true });
      own = [];
    }
  });
  const shown = (some) => some.filter(({ type }) => !HIDDEN.has(type));
  const few = shown(nodes).length <= FEW;
  for (const block of all) block.open = few || shown(block.nodes).length <= 1;
  return all.filter((block) => shown(block.nodes).length);
}

/** The nodes of a block that are columns. */
export const columnsOf = ({ nodes, open }) => {
  const shown = nodes.filter(({ type }) => !HIDDEN.has(type));
  return open ? shown : shown.slice(-1);
};
