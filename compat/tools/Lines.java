// Kafka's tools in one JVM, a command line after the other: java Lines
//
// Reads a command line per line, its words separated by U+001F: what is typed on standard input, with backslashes for ends of
// lines, the tool's class, its arguments. Answers with "CODE OUT ERR\n" and
// then OUT bytes of what it said on standard output and ERR bytes of what it said on standard error. A tool that calls
// exit is stopped there: its thread never goes on. What a tool leaves for the JVM's end runs when the tool has ended. Needs a JVM
// that still has a SecurityManager (17 to 23), and --add-opens java.base/java.lang=ALL-UNNAMED.

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.security.Permission;
import java.security.Policy;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Exit;

public final class Lines {
    private static final long TIMEOUT_S = 90;
    private static volatile CompletableFuture<Integer> exit = new CompletableFuture<>();

    @SuppressWarnings("removal")
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Policy.setPolicy(new Everything());
        System.setSecurityManager(new Stops());
        Exit.setExitProcedure((code, message) -> ended(code));
        Exit.setHaltProcedure((code, message) -> ended(code));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answer(answers, line.split("\u001f", -1));
        }
        Runtime.getRuntime().halt(0);
    }

    /** JMX asks the policy itself, past the security manager. */
    @SuppressWarnings("removal")
    private static final class Everything extends Policy {
        @Override
        public boolean implies(ProtectionDomain domain, Permission any) {
            return true;
        }
    }

    /** argparse4j calls System.exit itself. */
    @SuppressWarnings("removal")
    private static final class Stops extends SecurityManager {
        @Override
        public void checkExit(int code) {
            ended(code);
        }

        @Override
        public void checkPermission(Permission any) {
        }
    }

    private static void ended(int code) {
        exit.complete(code);
        while (true) LockSupport.park();
    }

    private static void answer(PrintStream answers, String[] words) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Set<Thread> before = hooks();
        CompletableFuture<Integer> mine = new CompletableFuture<>();
        exit = mine;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        System.setIn(new ByteArrayInputStream(words[0].translateEscapes().getBytes(StandardCharsets.UTF_8)));
        Thread tool = new Thread(() -> run(Arrays.copyOfRange(words, 1, words.length), mine), "main");
        tool.setDaemon(true);
        tool.start();
        int code;
        try {
            code = mine.get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            System.err.println("(did not end within " + TIMEOUT_S + " s)");
            code = -1;
        }
        for (Thread hook : hooks()) {
            if (before.contains(hook)) continue;
            Runtime.getRuntime().removeShutdownHook(hook);
            hook.start();
            hook.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        }
        System.out.flush();
        System.err.flush();
        write(answers, code, out.toByteArray(), err.toByteArray());
    }

    /** What runs at the end of the JVM. */
    @SuppressWarnings("unchecked")
    private static Set<Thread> hooks() throws ReflectiveOperationException {
        Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
        hooks.setAccessible(true);
        return Set.copyOf(((Map<Thread, Thread>) hooks.get(null)).keySet());
    }

    private static void run(String[] words, CompletableFuture<Integer> ended) {
        try {
            Class<?> tool = Class.forName(words[0]);
            tool.getMethod("main", String[].class).invoke(null, (Object) Arrays.copyOfRange(words, 1, words.length));
            ended.complete(0);
        } catch (InvocationTargetException thrown) {
            System.err.print("Exception in thread \"main\" ");
            thrown.getCause().printStackTrace(System.err);
            ended.complete(1);
        } catch (ReflectiveOperationException unknown) {
            unknown.printStackTrace(System.err);
            ended.complete(-1);
        }
    }

    private static void write(PrintStream answers, int code, byte[] out, byte[] err) throws IOException {
        answers.print(code + " " + out.length + " " + err.length + "\n");
        answers.write(out);
        answers.write(err);
        answers.flush();
    }
}
