package io.fovea.data;

import io.fovea.dataset.Dataset;

/**
 * A data set in its two parts: images to learn from and images to be tested on. Both have the same
 * shape and the same classes.
 *
 * @param name a name for messages, such as "mnist"
 * @param train the images to learn from
 * @param test the images to be tested on, never learnt from
 * @param note what people should know of how the parts came about, such as that one tenth was held
 *     out as test set; empty if there is nothing to say
 */
public record DataSplit(String name, Dataset train, Dataset test, String note) {}
