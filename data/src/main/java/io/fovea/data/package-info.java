/**
 * Data sets and pictures: {@link io.fovea.data.DataSets} opens a named set or a folder, {@link
 * io.fovea.data.Images} decodes one picture, {@link io.fovea.data.PretrainedWeights} fetches
 * weights. Pixels stay 0 to 255; the model's preprocessing scales them.
 *
 * <p>These classes are the top of the module. Below them, each package may use those that follow
 * it: {@link io.fovea.data.show}, {@code fetch}, {@code source}, {@link io.fovea.data.augment},
 * {@code picture}, {@link io.fovea.data.base}.
 */
@NullMarked
package io.fovea.data;

import org.jspecify.annotations.NullMarked;
