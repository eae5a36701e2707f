/**
 * An image during augmentation: its pixels, the grid from which it is resampled, and the changes
 * that several operations share.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.augment.buffer;
