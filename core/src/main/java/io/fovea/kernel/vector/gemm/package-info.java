/**
 * Matrix products: operands in panels, and the loops around the micro-kernels (BLIS's macro-kernel;
 * Van Zee and van de Geijn, TOMS 41(3), 2015).
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.gemm;
