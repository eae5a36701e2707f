/** Values and their shapes. */
@org.jspecify.annotations.NullMarked
package io.fovea.tensor;
