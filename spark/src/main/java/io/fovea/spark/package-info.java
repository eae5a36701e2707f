/**
 * Training and scoring on Apache Spark. Runs on the class path: Spark's jars share packages, which
 * named modules may not.
 */
@NullMarked
package io.fovea.spark;

import org.jspecify.annotations.NullMarked;
