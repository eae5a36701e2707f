/** The sizes of an operation, by which its kernel is chosen. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.geometry;
