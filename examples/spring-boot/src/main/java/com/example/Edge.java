package com.example;

import dev.refractium.plugins.http.HttpProtocol;
import dev.refractium.server.Refractium;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Serves HTTP as a part of a Spring Boot application, which closes the server at its end. */
@SpringBootApplication
public class Edge {
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(Edge.class);
        // The server's threads are daemons: without this the application would end at once.
        application.setKeepAlive(true);
        Refractium proxy = application.run(arguments).getBean(Refractium.class);
        System.out.println("port " + proxy.tcp().orElseThrow().getPort());
    }

    @Bean(destroyMethod = "close")
    Refractium proxy(@Value("${edge.backend:127.0.0.1:8081}") String backend) throws Exception {
        return Refractium.builder()
                .listen("127.0.0.1", 0)
                .protocol(new HttpProtocol())
                .route("http", route -> route.to(backend))
                .start();
    }
}
