/**
 * Data sets and pictures: {@link io.fovea.data.DataSets} opens a named set or a folder, {@link
 * io.fovea.data.Images} decodes one picture, {@link io.fovea.data.SampleSheet} shows what is in a
 * set. Pixels stay 0 to 255; the model's preprocessing scales them.
 *
 * <p>Files: {@code ImageFolder} and {@code Manifest} list them ({@code LabelledFiles}), {@code
 * FileSets} makes a data set of them: {@code SizeSurvey} chooses the size, {@code FileDecoder}
 * tries all files within {@code DecodingMemory}, {@code BrokenFiles} reports those that fail.
 * Images are held in memory ({@code PixelDataset}), or read when they are asked for ({@code
 * StreamedImages}) where they would take more than {@code DataOptions.memory}.
 *
 * <p>Named sets: a {@code NamedSet} states files, SHA-256, mirrors, and how the files are read
 * ({@code SetContent}): IDX files, {@code Cifar} from a tar archive, {@code Emnist} from a zip
 * archive. {@code NamedSets} finds, fetches and checks the files. {@code PretrainedWeights} knows
 * the names, checksums and licences of weights, and fetches them in the same way.
 */
@NullMarked
package io.fovea.data;

import org.jspecify.annotations.NullMarked;
