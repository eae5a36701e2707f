/**
 * Micro-kernels from descriptions: the innermost blocks of convolutions and matrix products,
 * generated as bytecode instead of written by hand.
 *
 * <p>Reading order: {@link BlockDescription} describes a block, {@link Strides} has the sizes that
 * are arguments, {@code Translator} turns a description into bytecode, {@link MicroKernels} keeps
 * one kernel for equal descriptions, {@link KernelTable} those of one operation. The build writes
 * the usual ones into the jar ({@code build/Kernels.java}). Drivers choose shapes and divide their
 * work into blocks; they are in the packages of their operations.
 *
 * <h2>One kernel in full</h2>
 *
 * <p>Two pixels of a depthwise convolution, rows of three taps, within bounds: {@code rows = 2,
 * vectors = 1, taps = 3, rowStep = 1, tapStep = 1, left = VECTOR, loops = 1, first = BIAS, clamp,
 * channels}. Its pixels use {@code 2 + 3 - 1 = 4} positions of x. The bytecode is that of this Java
 * code:
 *
 * <pre>
 * for (int i = 0; i &lt; channels; i += L) {
 *   int shift = min(i, channels - L);               // the last vector ends with the last channel
 *   FloatVector s0 = bias[biasOffset + shift];      // first values, the same for all rows
 *   FloatVector s1 = s0;
 *   for (int u = 0; u &lt; outer.count; u++) {         // kernel rows: x += outer.a, w += outer.b
 *     FloatVector w0 = w[...], w1 = w[... + tap], w2 = w[... + 2 * tap];
 *     FloatVector x0 = x[...];
 *     s0 = x0.fma(w0, s0);
 *     FloatVector x1 = x[... + position];           // loaded once, for both pixels
 *     s0 = x1.fma(w1, s0);
 *     s1 = x1.fma(w0, s1);
 *     FloatVector x2 = x[... + 2 * position];
 *     s0 = x2.fma(w2, s0);
 *     s1 = x2.fma(w1, s1);
 *     FloatVector x3 = x[... + 3 * position];
 *     s1 = x3.fma(w2, s1);
 *   }
 *   c[cOffset + shift]       = min(max(s0, low), high);
 *   c[cOffset + shift + row] = min(max(s1, low), high);
 * }
 * </pre>
 *
 * <p>All vectors are local variables, since C2 keeps a vector in a register only there. The class
 * is called {@code Vectors2x1_taps3_step1_1_loops1_bias_clamp_channels_stridesN_N_N_1L}, and a
 * profiler shows that name: N is an argument, 1L one vector.
 *
 * <p>{@link LaneProgram} is the second kind of description: straight-line code on vectors, such as
 * the transforms of Winograd's tiles.
 *
 * <p>Decision 24 has the measurements. Prior work: oneDNN and LIBXSMM generate such blocks as
 * machine code (Heinecke et al., "LIBXSMM", SC 2016); the loop nest around them is BLIS's (Van Zee
 * and van de Geijn, "BLIS", TOMS 41(3), 2015).
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.microkernel;
