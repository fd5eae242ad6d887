# Writes metafor_expected.txt: studies, and what metafor makes of them at full
# convergence. Run where the Debian packages r-cran-metafor (3.8-1) and
# r-cran-metadat (1.2-0) are installed:
#
#   Rscript tests/server/synthesis/metafor_expected.R > tests/server/synthesis/metafor_expected.txt
suppressMessages({library(metafor); library(metadat)})
quietly <- function(x) suppressWarnings(suppressMessages(x))
# The smallest step at which metafor's iterations still stop.
converged <- function(...) {
  for (threshold in 10^(-15:-6)) {
    control <- list(threshold = threshold, tol = 1e-15, maxiter = 10000)
    fit <- try(quietly(do.call(rma, list(..., control = control))), silent = TRUE)
    if (!inherits(fit, "try-error")) return(fit)
  }
  stop(fit)
}
say <- function(...) cat(..., "\n", sep = " ")
number <- function(x) formatC(x, digits = 17, format = "g")
value <- function(set, name, x) if (!is.na(x)) say("value", set, name, number(x))
intervals <- c("normal" = "z", "hartung_knapp" = "knha", "ad_hoc" = "adhoc")

say("# Written by metafor_expected.R, metafor", as.character(packageVersion("metafor")),
    "and metadat", as.character(packageVersion("metadat")))
sets <- list(
  bcg = escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  collins1985b = escalc("OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci, n2i = pre.nci, data = dat.collins1985b),
  hackshaw1998 = dat.hackshaw1998,
  lee2004 = escalc("RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.lee2004),
  hine1989 = escalc("RD", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989),
  normand1999 = escalc("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999),
  pritz1997 = escalc("PLO", xi = xi, ni = ni, data = dat.pritz1997),
  debruin2009 = escalc("PLO", xi = xi, ni = ni, data = dat.debruin2009))
for (set in names(sets)) {
  data <- sets[[set]]
  data <- data[!is.na(data$yi) & !is.na(data$vi), ]
  for (i in seq_len(nrow(data))) say("study", set, i, number(data$yi[i]), number(data$vi[i]))
  for (method in c("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM")) {
    for (interval in if (method %in% c("EE", "DL", "REML")) names(intervals) else "normal") {
      fit <- converged(data$yi, data$vi, method = method, test = intervals[[interval]])
      at <- paste(method, interval, sep = "/")
      value(set, paste0(at, "/effect"), coef(fit))
      value(set, paste0(at, "/standard_error"), fit$se)
      value(set, paste0(at, "/p_value"), fit$pval)
      value(set, paste0(at, "/lower"), fit$ci.lb)
      value(set, paste0(at, "/upper"), fit$ci.ub)
      if (method != "EE") {
        # Without, metafor's quantile is normal or t (k - 1) by the test.
        predicted <- predict(fit)
        value(set, paste0(at, "/prediction_lower"), predicted$pi.lb)
        value(set, paste0(at, "/prediction_upper"), predicted$pi.ub)
        riley <- predict(fit, pi.type = "riley")
        value(set, paste0(at, "/riley_lower"), riley$pi.lb)
        value(set, paste0(at, "/riley_upper"), riley$pi.ub)
      }
      if (interval == "normal") {
        value(set, paste0(at, "/q"), fit$QE)
        value(set, paste0(at, "/q_p"), fit$QEp)
        if (method != "EE") {
          value(set, paste0(at, "/tau2"), fit$tau2)
          value(set, paste0(at, "/tau2_standard_error"), fit$se.tau2)
          value(set, paste0(at, "/i2"), fit$I2)
          value(set, paste0(at, "/h2"), fit$H2)
          value(set, paste0(at, "/first_weight"), weights(fit)[1])
        }
        if (method == "DL") {
          limits <- quietly(confint(fit, control = list(tol = 1e-15, maxiter = 10000, tau2.max = 1e6))$random)
          value(set, "tau2_lower", limits["tau^2", "ci.lb"])
          value(set, "tau2_upper", limits["tau^2", "ci.ub"])
          value(set, "i2_lower", limits["I^2(%)", "ci.lb"])
          value(set, "i2_upper", limits["I^2(%)", "ci.ub"])
        }
      }
    }
  }
  for (interval in if (set %in% c("bcg", "collins1985b")) c("normal", "hartung_knapp")) {
    fit <- converged(data$yi, data$vi, method = "REML", test = intervals[[interval]])
    rows <- as.data.frame(quietly(influence(fit))$inf)
    for (i in seq_len(nrow(rows))) {
      for (name in c("rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight")) {
        value(set, paste("influence", interval, i, name, sep = "/"), rows[i, name])
      }
    }
  }
}

data <- sets$bcg
for (method in c("EE", "DL", "HE", "HS", "SJ", "ML", "REML", "EB", "PM")) {
  for (interval in names(intervals)) {
    fit <- converged(data$yi, data$vi, mods = ~ ablat + year, data = data, method = method, test = intervals[[interval]])
    at <- paste("regression", method, interval, sep = "/")
    for (i in 1:3) {
      value("bcg", paste(at, "effect", i, sep = "/"), coef(fit)[i])
      value("bcg", paste(at, "standard_error", i, sep = "/"), fit$se[i])
      value("bcg", paste(at, "p_value", i, sep = "/"), fit$pval[i])
      value("bcg", paste(at, "lower", i, sep = "/"), fit$ci.lb[i])
    }
    value("bcg", paste0(at, "/qm"), fit$QM)
    value("bcg", paste0(at, "/qm_p"), fit$QMp)
    value("bcg", paste0(at, "/qe"), fit$QE)
    if (method != "EE") {
      value("bcg", paste0(at, "/tau2"), fit$tau2)
      value("bcg", paste0(at, "/tau2_standard_error"), fit$se.tau2)
      value("bcg", paste0(at, "/i2"), fit$I2)
      value("bcg", paste0(at, "/r2"), fit$R2)
      at_point <- predict(fit, newmods = c(33, 1970))
      value("bcg", paste0(at, "/predicted"), at_point$pred)
      value("bcg", paste0(at, "/predicted_lower"), at_point$ci.lb)
      value("bcg", paste0(at, "/prediction_lower"), at_point$pi.lb)
    }
  }
}
for (method in c("DL", "REML")) {
  for (interval in names(intervals)) {
    fit <- converged(data$yi, data$vi, mods = ~ alloc, data = data, method = method, test = intervals[[interval]])
    value("bcg", paste("subgroups", method, interval, "qm", sep = "/"), fit$QM)
    value("bcg", paste("subgroups", method, interval, "qm_p", sep = "/"), fit$QMp)
    each <- converged(data$yi, data$vi, mods = ~ alloc - 1, data = data, method = method, test = intervals[[interval]])
    value("bcg", paste("subgroups", method, interval, "common_random", sep = "/"), coef(each)["allocrandom"])
    value("bcg", paste("subgroups", method, interval, "common_random_error", sep = "/"), each$se[2])
    groups <- lapply(split(data, data$alloc), function(x) converged(x$yi, x$vi, method = method, test = intervals[[interval]]))
    between <- rma(sapply(groups, coef), sei = sapply(groups, function(x) x$se), mods = ~ factor(1:3), method = "EE")
    value("bcg", paste("subgroups", method, interval, "separate_q", sep = "/"), between$QM)
    value("bcg", paste("subgroups", method, interval, "separate_random", sep = "/"), coef(groups$random))
  }
}
