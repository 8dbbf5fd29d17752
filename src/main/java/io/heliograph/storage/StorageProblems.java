package io.heliograph.storage;

import io.heliograph.web.Problem;

import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers requests whose change was refused. */
@RestControllerAdvice
@Order(0)
final class StorageProblems {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(ChangeRefused ex) {
		return ResponseEntity.of(Problem.UNAVAILABLE.detail(String.valueOf(ex.getMessage()))).build();
	}

}
