/**
 * Data sets and pictures: {@link io.fovea.data.DataSets} opens a named set or a folder, {@link
 * io.fovea.data.Images} decodes one picture, {@link io.fovea.data.SampleSheet} shows what is in a
 * set. Pixels stay 0 to 255; scaling them is the model's business.
 */
@NullMarked
package io.fovea.data;

import org.jspecify.annotations.NullMarked;
