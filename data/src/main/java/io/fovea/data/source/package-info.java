/**
 * Readers of data sets, each to a {@code DataSplit}: IDX and CIFAR files, folders of images, and
 * lists of images in CSV.
 *
 * <p>Of image files, {@code ImageFolder} and {@code Manifest} make lists ({@code LabelledFiles}).
 * {@code FileSets} makes a data set of them: it tries all files, and {@code BrokenFiles} reports
 * those that fail. Images are held in memory ({@code PixelDataset}), or read when they are asked
 * for ({@code StreamedImages}) where they would take more than {@code DataOptions.memory}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.source;
