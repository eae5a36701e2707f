/**
 * Changes of an image by a given amount, as torchvision's functional adjustments define them;
 * operations draw the amount.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.augment.adjust;
