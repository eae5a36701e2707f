package io.fovea.cli.train.flags;

/**
 * The value of {@code --l2}.
 *
 * @param weights the pattern of the weights that it is for
 */
public record L2(float strength, String weights) {}
