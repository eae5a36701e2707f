/** The fast kernels: the only package that uses the Vector API. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector;
