package io.fovea.layer;

/**
 * A swish of straight lines and a parabola, element by element: y = x * min(max(x + 3, 0), 6) / 6;
 * dx = 0 up to -3, dy from 3 on, dy * (x/3 + 1/2) between (Howard et al., arXiv 1905.02244, section
 * 5.2).
 */
public record HardSwish() implements ActivationLayer {}
