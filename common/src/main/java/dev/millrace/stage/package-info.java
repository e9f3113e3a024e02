/**
 * The stage runtime: carries records along a lane in order, at least once inside and exactly once at the edge.
 *
 * <p>A <em>lane</em> is one partition number through all stage topics. {@link dev.millrace.stage.InnerStage} moves the
 * records of its lanes from one inner topic to the next; {@link dev.millrace.stage.PublishingStage} publishes each of
 * them once. A service supplies a {@link dev.millrace.stage.StageFunction} or a
 * {@link dev.millrace.stage.ResultFactory} and a definition; {@code docs/adr/0002} has the protocol and its argument.
 */
@NullMarked
package dev.millrace.stage;

import org.jspecify.annotations.NullMarked;
