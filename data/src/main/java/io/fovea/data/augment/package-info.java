/**
 * Augmentation: small random changes to training images, as a pipeline of operations with one text
 * form, such as {@code rotate:10+scale:0.1+flip}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.augment;
