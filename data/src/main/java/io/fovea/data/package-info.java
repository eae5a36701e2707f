/**
 * Data sets and pictures: {@link io.fovea.data.DataSets} opens a named set or a folder, {@link
 * io.fovea.data.Images} decodes one picture, {@link io.fovea.data.SampleSheet} draws some images of
 * a set. Pixels are 0 to 255; the model's preprocessing scales them.
 */
@NullMarked
package io.fovea.data;

import org.jspecify.annotations.NullMarked;
