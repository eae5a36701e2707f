/** An image during augmentation: its pixels, and the grid from which it is resampled. */
@org.jspecify.annotations.NullMarked
package io.fovea.data.augment.buffer;
