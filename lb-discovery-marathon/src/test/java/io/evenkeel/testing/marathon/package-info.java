/**
 * A Marathon to test and to play with: its REST API, its event stream and tasks that are real servers, in one process.
 *
 * <pre>
 *   sockets                    HTTP                        what Marathon is                        tasks
 *  SocketServer ─► HttpProtocol ─► LeaderHandler ─► Router ─► AppsResource ─► Deployer ─► TaskLifecycle ─► TaskProcess
 *   Connection      RequestReader    Faults    │              TasksResource   Deployment   SimulatedTask    HttpTask
 *                   Request          EventBus ◄┼──────────────── Events ◄────────┴────────────┘             EchoTask
 *                   Response         EventStream└► ControlResource (/sim)     MarathonState (the lock)      RedisTask
 * </pre>
 *
 * <p><b>Threads.</b> One lock, in {@code MarathonState}, guards apps, tasks and deployments; every change takes it,
 * whether it comes from REST, from Java or from the one timer thread that runs the time-based steps. Nothing blocks
 * while holding it: events are queued per stream, and sockets are drained by workers. Each connection has a worker
 * thread, an event stream two. All threads are daemons and end with the simulator.
 *
 * <p><b>Tasks.</b> A task listens on its agent (127.0.1.1 and up) on free ports, or in container mode on an address of
 * its own (127.9.x.y) on its container ports, and also on the agent for mappings with a host port. The label
 * {@code SIM_KIND} of an app says what they speak, {@code http} (default), {@code tcp} or {@code redis};
 * {@code SIM_KIND_0}, {@code SIM_KIND_1} and so on say it for one port. The page takes {@code ?_status=},
 * {@code ?_sleep=} (milliseconds) and {@code ?_len=}; {@code /echo} tells what was received, {@code /health} obeys the
 * health switch. A task that is unhealthy is not killed for it; one that crashes is launched again after a delay that
 * {@code LaunchQueue} makes longer with each crash. With
 * the label {@code SIM_READY=false} tasks of an app with readiness checks are not ready until they are told to be.
 *
 * Tasks of an app with the label {@code SIM_LISTEN=false} run, and listen nowhere.
 *
 * A task on a container network has an IPv6 address as well with the label {@code SIM_IPV6=true}; nothing serves there.
 *
 * <p><b>Pods.</b> An instance of a pod is one task, whose ports are the pod's endpoints; it lives and dies as a whole,
 * and each container of it has its own health. {@code PodState} is an app with another definition.
 *
 * <p><b>By hand.</b> What tests do in Java, a shell does under {@code /sim}, which neither faults nor credentials touch:
 *
 * <pre>
 *   GET    /sim                                   a summary; also /sim/requests and /sim/tasks
 *   POST   /sim/faults/{fault}[?for=millis]       down, error_500, apps_error_500, html_502, hang, slow_head,
 *                                                 slow_body (both [&late=millis], 5000), empty_list, garbage, truncated, silent_streams; down ends by itself (5000)
 *   DELETE /sim/faults[/{fault}]                  all off, or one
 *   POST   /sim/streams/cut                       end every event stream
 *   POST   /sim/events?type={type}                send an event, the body being its other fields
 *   POST   /sim/failover[?unavailable=&silent=&gap=]  die and be succeeded, in milliseconds (7000, 15000, 4000)
 *   POST   /sim/elect[?hold=millis]               another leads, at another address; the former tells old news (15000)
 *   POST   /sim/standby                           start a standby; answers its address
 *   POST   /sim/tasks/{id}/crash
 *   POST   /sim/tasks/{id}/unreachable (ends with /reachable)
 *   POST   /sim/tasks/{id}/health?is=alive|dead|unknown[&container=name]
 *   POST   /sim/tasks/{id}/ready?is=true|false
 *   POST   /sim/tasks/{id}/failure?is=none|error_500|reset|hang
 *   POST   /sim/tasks/{id}/latency?ms=millis
 * </pre>
 *
 * <p><b>Not simulated:</b> offers that do not fit, and pods in changes of whole groups.
 */
@NullMarked
package io.evenkeel.testing.marathon;

import org.jspecify.annotations.NullMarked;
