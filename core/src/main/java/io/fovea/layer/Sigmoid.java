package io.fovea.layer;

/**
 * The logistic function, element by element: y = 1 / (1 + e^-x), from 0 to 1; dx = dy * y * (1 - y)
 * (Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature
 * 323, 1986, equation 2).
 */
public record Sigmoid() implements ActivationLayer {}
