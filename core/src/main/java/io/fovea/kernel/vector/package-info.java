/**
 * The fast kernels, on the JDK's Vector API. {@link io.fovea.kernel.vector.VectorKernels} chooses
 * one by geometry alone; each operation has a room of its own.
 *
 * <h2>Reading order</h2>
 *
 * <p>From a layer to the code that computes it: {@code VectorKernels}, the kernel of the room
 * ({@code DirectConv2d}, {@code WinogradConv2d}, {@code PackedDense}, ...), and the class with its
 * innermost loops ({@code WindowProduct}, {@code TileProducts}, {@code MacroKernel}). Those
 * describe blocks; {@code microkernel} turns descriptions into bytecode, and its package page
 * traces one by hand.
 *
 * <pre>
 * VectorKernels                 the choice
 *   conv.direct  conv.winograd  conv.depthwise  dense  pool  norm  activation  elementwise
 *     conv                      what convolutions share; im2col
 *       gemm                    panels, macro-kernel
 *         microkernel  machine  register blocks; vector width, processor
 * </pre>
 *
 * <p>A room sees the rooms below it in this picture and no others; a test holds that.
 *
 * <h2>Layouts</h2>
 *
 * <p>Maps are channels-last: [image][row][column][channel] (decision 1). Weights lie as their
 * kernel reads them, see {@link io.fovea.kernel.Packing}; vectors run along filters, so that one
 * vector holds the same tap of L filters. Filters are padded to whole vectors with zeros.
 *
 * <h2>Blocking</h2>
 *
 * <p>Three levels, as in BLIS:
 *
 * <ul>
 *   <li>a <b>block</b> of sums stays in registers: 8 rows by 2 vectors where there are 32
 *       registers, 6 by 2 where there are 16. Rows are pixels, images or taps, vectors are filters.
 *   <li>a <b>slice</b> of the terms (GEMM's k) is short enough that what a block reads stays in the
 *       L1 or L2 cache. Sums go on from slice to slice in order.
 *   <li>a <b>band</b> of pixels or images is a piece of work that one thread computes. How work is
 *       cut depends on sizes alone, never on the number of threads, and sums of several bands are
 *       added in index order: the same bits on any number of threads.
 * </ul>
 *
 * <p>The innermost loops, for {@code y[p][o] = b[o] + sum over k of x[p][k] * w[k][o]}:
 *
 * <pre>
 * for each band of pixels                      (threads)
 *   for each slice of k                        (cache)
 *     for each panel of 2L filters             (w of the slice stays in the L2 cache)
 *       for each block of 8 pixels             (micro-kernel)
 *         16 sums in registers: s[8][2]
 *         for k in the slice
 *           2 vectors of w, 8 broadcasts of x, 16 multiply-adds
 *         store
 * </pre>
 *
 * <h2>Words</h2>
 *
 * <ul>
 *   <li>L: floats in a vector. Term: one product of a sum, GEMM's k. Tap: one weight of a window.
 *   <li>Panel: L or 2L columns of a matrix, stored term after term.
 *   <li>Point: one of the numbers that Winograd's transform makes of a tile. Tile: 4x4 outputs.
 *   <li>Pass: one direction of a convolution over a whole map.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector;
