/**
 * The fast kernels, on the JDK's Vector API. {@link io.fovea.kernel.vector.VectorKernels} chooses
 * one by its geometry only; each operation has its own package.
 *
 * <h2>Reading order</h2>
 *
 * <p>From a layer to the code that computes it: {@code VectorKernels}, the kernel in the
 * operation's package ({@code DirectConv2d}, {@code WinogradConv2d}, {@code PackedDense}, ...), and
 * the class with its innermost loops ({@code DirectConvBlocks}, {@code WinogradGemm}, {@code
 * MacroKernel}). Those describe blocks; {@code microkernel} turns descriptions into bytecode, and
 * its package page shows one in full.
 *
 * <pre>
 * VectorKernels                 the choice
 *   conv.direct  conv.winograd  conv.depthwise  dense  pool  norm  activation  elementwise
 *     conv                      what convolutions share; im2col
 *       gemm                    panels, macro-kernel
 *         microkernel           register blocks
 *           machine             vector width, processor
 * </pre>
 *
 * <p>A package depends only on those below it in this picture ({@code ArchitectureTest}).
 *
 * <h2>Layouts</h2>
 *
 * <p>Maps are channels-last: [image][row][column][channel] (decision 1). Weights are stored in the
 * order in which their kernel reads them, see {@link io.fovea.kernel.op.Packing}; vectors run along
 * filters, so that one vector contains the same tap of L filters. Filters are padded with zeros to
 * full vectors.
 *
 * <h2>The same bits on every machine</h2>
 *
 * <p>A choice that changes bits asks sizes, never the width of vectors or the processor: how a sum
 * is divided and in which order its terms come, which algorithm computes a layer, how many images
 * share an accumulator. Where lanes are summed there are W = 16 at every width ({@code
 * Lanes.WIDEST}): a shorter vector has some of them at a time. Sizes that decide are padded to W,
 * not to L. The width and the processor choose what keeps bits: rows of a block, layouts,
 * prefetching, bands of work.
 *
 * <p>{@code KernelBitsTest} compares y and all gradients of 870 passes with recorded hashes at each
 * width, {@code SameBitsTest} a training of a network with a layer of every kind.
 *
 * <h2>Blocking</h2>
 *
 * <p>Three levels, as in BLIS:
 *
 * <ul>
 *   <li>a <dfn>block</dfn> of sums stays in registers: 8 rows by 2 vectors where there are 32
 *       registers, 5 by 2 where there are 16. Rows are pixels, images or taps, vectors are filters.
 *   <li>a <dfn>slice</dfn> of the terms (GEMM's k) is short enough that the operands of a block
 *       stay in the L1 or L2 cache. Sums continue from slice to slice in order.
 *   <li>a <dfn>band</dfn> of pixels or images is a piece of work that one thread computes. The
 *       division of work depends on sizes only, never on the number of threads, and sums of several
 *       bands are added in index order: the same bits on any number of threads.
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
 * <h2>One convolution with numbers</h2>
 *
 * <p>16 to 32 channels, 5x5 with padding 2, on 28x28, with vectors of 512 bits that are computed in
 * halves ({@link io.fovea.kernel.vector.machine.Lanes#SPLIT}). {@code fovea summary} names the
 * algorithm; each line below it names who cuts, and what it holds for one image:
 *
 * <pre>
 * VectorKernels.algorithm   winograd F(4x4,5x5): 49 tiles * 64 points * 16 * 32 = 1.6 million
 *                           multiply-adds, directly 784 * 400 * 32 = 10.0 million
 * WinogradWeights           weights [25 taps][16][32], as points [64][16][32]: 128 KB
 * forwardMap                a chunk is an image; of fewer than 4 images it is one of 7 strips
 * WinogradBlocks            a strip is a row of 7 tiles: 4 rows of outputs
 * InputTiles.read           8 rows of 32 pixels of 16 channels, padded, down the columns to lines
 * for each of 8 row points  (WinogradConv2d.block)
 *   InputTiles.points       along the lines: [8 column points][7 tiles][16], 4.5 KB
 *   WinogradGemm.run        8 products of 7 x 16 by 16 x 32, in one call of a micro-kernel
 *     block                 7 rows by 2 vectors: 14 sums, 16 terms, 224 multiply-adds of vectors
 *   OutputTiles.along       [8][7 tiles][32] along the rows to lines
 * OutputTiles.write         down the columns: 4 rows of 28 pixels of 32 filters, plus bias
 * </pre>
 *
 * <h2>Which test proves what</h2>
 *
 * <pre>
 * GoldenReferenceTest       reference kernels against PyTorch's float64
 * VectorLinearTest, VectorPoolTest, VectorBatchNorm2dTest, VectorActivationTest
 *                           fast kernels against the reference
 * WinogradConv2dTest, WinogradAccuracyTest   Winograd, within its own bound
 * DirectConvBlocksTest, MacroKernelTest, WinogradGemmTest   blocks of any size
 * MicroKernelTest, LaneProgramTest, SpilledSumsTest   generated bytecode; sums in registers
 * EpilogueTest, PooledConv2dTest   what is fused, to the bits of the layers one by one
 * VectorKernelsTest, Conv2dChoiceTest   the choice of an algorithm
 * KernelBitsTest            the recorded bits, at each width
 * </pre>
 *
 * <h2>Words</h2>
 *
 * <p>Each has an entry in core/code-words.md.
 *
 * <ul>
 *   <li>L: floats in a vector, its <dfn>lanes</dfn>. <dfn>Term</dfn>: one product of a sum, GEMM's
 *       k. <dfn>Tap</dfn>: one weight of a window.
 *   <li><dfn>Panel</dfn>: L or 2L columns of a matrix, stored term after term.
 *   <li><dfn>Tile</dfn>: 4x4 outputs of Winograd's convolution. <dfn>Point</dfn>: one of the
 *       numbers into which its transform turns a tile. <dfn>Strip</dfn>: rows of tiles computed at
 *       once.
 *   <li><dfn>Share</dfn>: a part of the weights, features or images that a piece of work reads.
 *   <li><dfn>Pass</dfn>: one direction of a convolution over a complete map.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector;
