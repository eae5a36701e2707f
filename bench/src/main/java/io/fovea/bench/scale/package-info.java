/**
 * A model of more threads than a machine has: chunks of one thread, timed and replayed on P
 * workers. {@code Recorder} times, {@code Replay} schedules, {@code Machine} measures what a
 * barrier and memory cost, {@code ScaleModel} prints.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.bench.scale;
