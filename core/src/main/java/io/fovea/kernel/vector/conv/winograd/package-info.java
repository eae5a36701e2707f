/**
 * Convolution by Winograd's minimal filtering (Lavin and Gray, arXiv 1509.09308): tiles of the
 * input and the filters are transformed, multiplied point by point, and transformed back.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.conv.winograd;
